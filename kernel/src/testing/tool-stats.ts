import { strict as assert } from 'node:assert';
import type { ToolStatistics, ToolStats } from '../contracts/tool-stats.js';
import type { InCode } from '../compose/in-code.js';
import { kernelError } from '../errors.js';
import type { AnyPlugin, Manifest } from '../manifest.js';
import { createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What counts calls, and what it stands on. The suite brings tools and a person who allows one of them. */
export interface ToolStatsSubject {
  readonly plugins: readonly InCode[];
  /** Stands in front of the service: for a twin that is broken. Default: the service itself. */
  readonly wrap?: (good: ToolStatistics) => ToolStatistics;
}
interface Tried {
  readonly statistics: ToolStatistics;
  /** Calls a tool of the suite, however that ends. */
  call(name: 'good' | 'throws' | 'gives' | 'denied' | 'late'): Promise<void>;
  of(name: string): Promise<ToolStats>;
}

const effects = { kind: 'none', idempotent: false, openWorld: false } as const;
const tools = ['good', 'throws', 'gives', 'denied', 'late'] as const;
const manifest: Manifest = {
  apiVersion: 1,
  id: 'tool-suite',
  contributes: {
    tool: Object.fromEntries(tools.map((name) => [`suite_${name}`, { summary: 'A tool', effects }])),
    hook: { 'tool.called': { stage: 'last' } },
  },
};
const text = { parts: [{ type: 'text', text: 'Done.' }] };
const throwing = (error: Error) => ({
  run(): never {
    throw error;
  },
});
const tooLate = kernelError('RUSTIC_OPERATION_TIMEOUT', { operation: 'tool', name: 'suite_late', limitMs: 1 });
/** The tools, and a tap that says when everybody has been told of a call: that may be after its caller. */
const toolsOf = (onCalled: () => void): AnyPlugin => ({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    tool: {
      suite_good: { run: () => text },
      suite_denied: { run: () => text },
      suite_gives: { run: () => ({ parts: [], error: { code: 'RUSTIC_SUITE', message: 'no' } }) },
      suite_throws: throwing(new Error('no')),
      suite_late: throwing(tooLate),
    },
    hook: { 'tool.called': onCalled },
  }),
});
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<ToolStatsSubject> => ({
  id,
  says,
  async run({ plugins, wrap = (good) => good }) {
    const rules = [{ effect: 'deny', action: 'tool', match: 'suite_denied' }] as const;
    let told = () => {};
    const all = [...plugins, toolsOf(() => told())];
    const kernel = await createTestKernel({ plugins: all, answers: [{ outcome: 'once' }], rules });
    try {
      const statistics = wrap(await kernel.service('tool.stats'));
      const call: Tried['call'] = async (name) => {
        const called = new Promise<void>((resolve) => (told = resolve));
        await kernel
          .use('tool')
          .get(`suite_${name}`)
          .invoke({}, kernel.call())
          .catch(() => undefined);
        await called;
      };
      const of = async (name: string) => {
        const found = (await statistics.list()).find((stats) => stats.name === `suite_${name}`);
        assert.ok(found, `it has not counted "${name}"`);
        return found;
      };
      await check({ statistics, call, of });
    } finally {
      await kernel.dispose();
    }
  },
});
const ends = ({ calls, denied, timedOut, failed, cached }: ToolStats) => [calls, denied, timedOut, failed, cached];

/** What `ToolStatistics` promises, rule by rule. */
export const toolStatsSuite: readonly Rule<ToolStatsSubject>[] = [
  rule('calls', 'counts every call of a tool', async ({ call, of }) => {
    for (const name of ['good', 'good', 'good'] as const) await call(name);
    assert.deepEqual(ends(await of('good')), [3, 0, 0, 0, 0]);
  }),
  rule('failed', 'counts as failed what throws and what gives an error', async ({ call, of }) => {
    for (const name of ['throws', 'gives', 'gives'] as const) await call(name);
    assert.deepEqual(
      [ends(await of('throws')), ends(await of('gives'))],
      [
        [1, 0, 0, 1, 0],
        [2, 0, 0, 2, 0],
      ],
    );
  }),
  rule('denied', 'counts what was denied apart from what failed', async ({ call, of }) => {
    await call('denied');
    assert.deepEqual(ends(await of('denied')), [1, 1, 0, 0, 0]);
  }),
  rule('late', 'counts what took too long apart from what failed', async ({ call, of }) => {
    await call('late');
    assert.deepEqual(ends(await of('late')), [1, 0, 1, 0, 0]);
  }),
  rule('order', 'lists tools by name, each once', async ({ statistics, call }) => {
    for (const name of ['throws', 'good', 'denied', 'good'] as const) await call(name);
    const names = (await statistics.list()).map(({ name }) => name);
    assert.deepEqual(names, ['suite_denied', 'suite_good', 'suite_throws']);
  }),
  rule('times', 'says what calls took, and when the first and the last one were', async ({ call, of }) => {
    const before = new Date().toISOString();
    for (const name of ['good', 'good'] as const) await call(name);
    const { totalMs, longestMs, halfMs, mostMs, firstAt, lastAt } = await of('good');
    for (const ms of [totalMs, longestMs, halfMs, mostMs])
      assert.ok(Number.isFinite(ms) && ms >= 0, `${ms} is no time`);
    assert.ok(longestMs <= totalMs && halfMs <= mostMs, 'a part took longer than the whole');
    assert.ok(before <= firstAt && firstAt <= lastAt && lastAt <= new Date().toISOString(), 'it was at another time');
  }),
  rule('clear', 'forgets all of it when it is told to, and counts on', async ({ statistics, call, of }) => {
    await call('good');
    await statistics.clear();
    assert.deepEqual(await statistics.list(), []);
    await call('good');
    assert.deepEqual(ends(await of('good')), [1, 0, 0, 0, 0]);
  }),
];

/** Registers the suite for one service `tool.stats`. */
export const describeToolStats = (subject: ToolStatsSubject, runner: Runner): void =>
  describeSuite('tool.stats', toolStatsSuite, subject, runner);
