import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'agent-template',
  requires: {
    sessions: { one: 'session' },
    models: { all: 'model' },
    tools: { all: 'tool' },
    host: { one: 'host' },
  },
  config: Type.Object({
    instructions: Type.String({
      minLength: 1,
      default: 'Use the tools to look before you answer, and answer in a few plain sentences.',
      description: 'What the model is told before anything else. Default: to look before it answers.',
    }),
    maxSteps: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 20,
      description: 'How often the model may be asked in one turn. Default: 20.',
    }),
  }),
  contributes: {
    agent: { 'template-agent': { summary: 'Works on a task, one tool call after the other, until it is done' } },
    hook: { 'permission.requested': {}, 'permission.decided': {} },
  },
});
