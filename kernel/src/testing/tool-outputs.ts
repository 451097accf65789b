import { strict as assert } from 'node:assert';
import type { Call } from '../capability.js';
import { textOf } from '../contracts/content.js';
import type { KeptOutput, ToolOutputs } from '../contracts/outputs.js';
import type { InCode } from '../compose/in-code.js';
import type { Json } from '../errors.js';
import type { AnyPlugin, Manifest } from '../manifest.js';
import { createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What keeps outputs, and what it stands on. */
export interface ToolOutputsSubject {
  readonly plugins: readonly InCode[];
}
interface Tried {
  keep(session: string, text: string): Promise<KeptOutput>;
  /** What the tool gives that reads it. Throws: what the tool throws, or gives as its error. */
  read(session: string, kept: KeptOutput, range: { readonly offset: number; readonly length: number }): Promise<string>;
}

const manifest: Manifest = {
  apiVersion: 1,
  id: 'tool-suite',
  contributes: {
    tool: { suite_do: { summary: 'Does it', effects: { kind: 'none', idempotent: false, openWorld: false } } },
  },
};
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<ToolOutputsSubject> => ({
  id,
  says,
  async run({ plugins }) {
    let work: (call: Call, outputs: ToolOutputs) => Promise<unknown> = async () => {};
    const doing: AnyPlugin = {
      manifest: async () => ({ default: { ...manifest, requires: { outputs: { one: 'tool.outputs' } } } }),
      setup: ({ deps }: { readonly deps: { readonly outputs: ToolOutputs } }) => ({
        tool: { suite_do: { run: async (_: unknown, call: Call) => (await work(call, deps.outputs), { parts: [] }) } },
      }),
    };
    const kernel = await createTestKernel({ plugins: [...plugins, doing], answers: [{ outcome: 'once' }] });
    const invoke = (tool: string, input: Json, session: string) =>
      kernel.use('tool').get(tool).invoke(input, kernel.call(), { session, turn: 1 });
    try {
      await check({
        async keep(session, text) {
          const kept = Promise.withResolvers<KeptOutput>();
          work = async (call, outputs) => kept.resolve(await outputs.keep(call, text));
          await invoke('suite_do', {}, session);
          return kept.promise;
        },
        async read(session, { ref, tool }, range) {
          const { parts, error } = await invoke(tool, { ref, ...range }, session);
          if (error) throw new Error(error.message);
          return textOf(parts);
        },
      });
    } finally {
      await kernel.dispose();
    }
  },
});
const all = { offset: 0, length: 1_000 };

/** What `ToolOutputs` promises, rule by rule. */
export const toolOutputsSuite: readonly Rule<ToolOutputsSubject>[] = [
  rule(
    'whole',
    'keeps a text whole, says how much that is, and names the tool that reads it',
    async ({ keep, read }) => {
      const kept = await keep('s', 'ä and so on');
      assert.equal(kept.bytes, 12);
      assert.ok((await read('s', kept, all)).includes('ä and so on'), 'the tool does not read it');
    },
  ),
  rule('range', 'is read from an offset, and so much, in bytes', async ({ keep, read }) => {
    const kept = await keep('s', 'ä|QRSTUVWXYZ');
    const text = await read('s', kept, { offset: 3, length: 4 });
    assert.ok(text.includes('QRST') && !text.includes('QRSTU') && !text.includes('|QRST'), `it reads "${text}"`);
  }),
  rule('refs', 'names each text in its own way', async ({ keep, read }) => {
    const [one, other] = [await keep('s', 'the first'), await keep('s', 'the second')];
    assert.notEqual(one.ref, other.ref);
    assert.ok((await read('s', one, all)).includes('the first'), 'the first is another one');
  }),
  rule('apart', 'lets no other session read it', async ({ keep, read }) => {
    const kept = await keep('s', 'the first');
    await assert.rejects(read('t', kept, all));
  }),
];

/** Registers the suite for one service `tool.outputs`. */
export const describeToolOutputs = (subject: ToolOutputsSubject, runner: Runner): void =>
  describeSuite('tool.outputs', toolOutputsSuite, subject, runner);
