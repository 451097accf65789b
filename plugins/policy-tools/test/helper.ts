import policyTools from '@rustic-ai/plugin-policy-tools';
import memory from '@rustic-ai/plugin-storage-memory';
import { type Call, definePlugin } from '@rustic-ai/kernel';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import type { ToolResult } from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import { onTestFinished } from 'vitest';

const look = { kind: 'read', idempotent: true, openWorld: false } as const;
const input = Type.Object({ at: Type.String(), more: Type.Optional(Type.String()) });
const manifest = defineManifest({
  id: 'tool-test',
  contributes: {
    tool: {
      brief: { summary: 'Holds for a while', input, effects: look, facts: { cacheMs: 100_000 } },
      short: { summary: 'Holds for no time', input, effects: look, facts: { cacheMs: 1 } },
      plain: { summary: 'Says nothing of how long it holds', input, effects: look },
      change: {
        summary: 'Changes; that it says how long its result holds is ignored',
        input,
        effects: { kind: 'write', idempotent: true, openWorld: false },
        facts: { cacheMs: 100_000 },
      },
    },
  },
});
export type Work = (at: string, call: Call) => Promise<ToolResult> | ToolResult;
export const said = (text: string): ToolResult => ({ parts: [{ type: 'text', text }] });

/** A kernel with the policy and four tools that do `work`. */
export async function open(
  work: Work,
  config: { readonly [name: string]: unknown } = {},
  options: Omit<TestKernelOptions, 'plugins'> & { readonly store?: NonNullable<TestKernelOptions['plugins']> } = {},
) {
  const run = ({ at }: { readonly at: string }, call: Call) => work(at, call);
  const tools = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: () => ({ tool: { brief: { run }, short: { run }, plain: { run }, change: { run } } }),
  });
  const { store = [memory], ...rest } = options;
  const kernel = await createTestKernel({
    ...rest,
    plugins: [...store, [policyTools, config as never], tools],
    rules: [{ effect: 'allow', action: 'tool', match: '*' }, ...(options.rules ?? [])],
  });
  onTestFinished(() => kernel.dispose());
  const call = (name: string, at: string, more: object = {}) =>
    kernel
      .use('tool')
      .get(name)
      .invoke({ at, ...more }, kernel.call());
  return { kernel, call };
}
