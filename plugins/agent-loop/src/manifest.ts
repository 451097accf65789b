import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'agent-loop',
  requires: {
    sessions: { one: 'session' },
    models: { all: 'model' },
    tools: { all: 'tool' },
    host: { one: 'host' },
    catalogue: { optional: 'model.catalogue' },
    workspaces: { all: 'workspace' },
    changes: { all: 'file.changes' },
  },
  config: Type.Object({
    instructions: Type.String({
      description: 'What the agent is told before anything else.',
      default:
        'You are an agent that works in the folder {cwd}. Use the tools to look before you answer and to make the ' +
        'changes you are asked for. When a tool call is refused, go on without it. Answer in a few plain sentences.',
    }),
    maxSteps: Type.Integer({
      description: 'How often the model may be asked in one turn. After that it must answer without tools.',
      default: 50,
      minimum: 1,
      maximum: 1000,
    }),
    stream: Type.Boolean({
      description: 'Whether the model is asked to send its answer piece by piece.',
      default: true,
    }),
    parallelCalls: Type.Integer({
      description: 'How many tool calls may run at once: those that only read, and those that touch different files.',
      default: 8,
      minimum: 1,
      maximum: 64,
    }),
  }),
  contributes: {
    service: { steering: { summary: 'Tells a turn under way what a person says meanwhile' } },
    agent: { main: { summary: 'Works on a task with the tools of the composition until it is done' } },
    hook: { 'permission.requested': {}, 'permission.decided': {}, 'call.retried': {} },
  },
});
