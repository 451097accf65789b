import agentLoop from '@rustic-ai/plugin-agent-loop';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { definePlugin } from '@rustic-ai/kernel';
import type { ModelEvent, RunEvent, ToolResult } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { createTestKernel, scriptedModel, type ScriptedReply, type TestKernelOptions } from '@rustic-ai/kernel/testing';

const manifest = defineManifest({
  id: 'tool-test',
  permissions: [{ action: 'fs.write', match: '**', reason: 'the tests write' }],
  contributes: {
    tool: {
      look: {
        summary: 'Looks',
        input: Type.Object({ at: Type.String() }),
        effects: { kind: 'read', idempotent: true, openWorld: false },
        facts: { kind: 'read' },
      },
      publish: {
        summary: 'Comes after what changes',
        input: Type.Object({ at: Type.String() }),
        effects: { kind: 'none', idempotent: true, openWorld: false },
        facts: { after: ['change'] },
      },
      change: {
        summary: 'Changes',
        input: Type.Object({ at: Type.String() }),
        effects: { kind: 'write', idempotent: false, openWorld: false },
        facts: { kind: 'edit' },
      },
    },
  },
});
export type Work = (at: string, signal: AbortSignal) => Promise<string> | string;

/** A kernel with the agent loop, a scripted model and two tools that do `work`. */
export async function openAgent(
  replies: readonly ScriptedReply[],
  options: {
    readonly work?: Work;
    readonly config?: { readonly [name: string]: number | string | boolean };
    readonly kernel?: Omit<TestKernelOptions, 'plugins'>;
    readonly more?: NonNullable<TestKernelOptions['plugins']>;
  } = {},
) {
  const work = options.work ?? ((at: string) => `saw ${at}`);
  const result = async (at: string, signal: AbortSignal): Promise<ToolResult> => ({
    parts: [{ type: 'text', text: await work(at, signal) }],
  });
  const tools = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: () => ({
      tool: {
        look: { run: ({ at }, call) => result(at, call.signal) },
        publish: { run: ({ at }, call) => result(at, call.signal) },
        change: {
          access: ({ at }) => [{ action: 'fs.write', resource: at }],
          run: ({ at }, call) => result(at, call.signal),
        },
      },
    }),
  });
  const model = scriptedModel(replies);
  const plugins = [
    ...(options.more ?? []),
    [agentLoop, options.config ?? {}] as const,
    sessionLog,
    memory,
    model.plugin,
    tools,
  ];
  const kernel = await createTestKernel({ answers: [{ outcome: 'once' }], ...options.kernel, plugins });
  const agent = kernel.use('agent').default;
  return { kernel, agent, model };
}

export const call = (id: string, name: string, input: { readonly [name: string]: string }): ModelEvent => ({
  type: 'tool_call',
  id,
  name,
  input,
});
export const say = (text: string): ModelEvent => ({ type: 'text', text });
export const types = (events: readonly RunEvent[]) => events.map(({ type }) => type);
export const last = (events: readonly RunEvent[]) => {
  const event = events.at(-1);
  if (event?.type !== 'run.completed') throw new Error(`the last event is ${event?.type}`);
  return event;
};
