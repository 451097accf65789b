import { strict as assert } from 'node:assert';
import type { HookTrace, HookTraceRow, TapTimes } from '../contracts/trace.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly trace: HookTrace;
  close(): Promise<void>;
}
/** What the suite needs of a service `hook.trace`. */
export type HookTraceSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const row = (path: string, more: Partial<HookTraceRow> = {}): HookTraceRow => ({
  ts: '2026-01-02T03:04:05.678Z',
  hook: 'prompt.build',
  plugin: 'memory-notes',
  version: '1.0.0',
  path,
  before: 'b',
  after: 'a',
  durationMs: 0.25,
  ...more,
});
const took = (hook: string, plugin: string, timed: number, totalMs: number): TapTimes => ({
  hook,
  plugin,
  timed,
  totalMs,
});
const paths = async (trace: HookTrace, filter: Parameters<HookTrace['read']>[0] = {}) =>
  (await trace.read(filter)).map(({ path }) => path);
const turns = [
  row('/1', { session: 's', turn: 1 }),
  row('/2', { session: 't', turn: 1 }),
  row('/3', { session: 's', turn: 2 }),
  row('/4'),
  row('/5', { session: 's', turn: 2 }),
  row('/6', { session: 's' }),
];

/** What `HookTrace` promises, rule by rule. */
export const hookTraceSuite: readonly KeptRule<Opened>[] = [
  rule('as-appended', 'reads every field as it was appended, and no others', async ({ trace }) => {
    const rows = [row('/ä/~1 "漢" 🦀', { session: 's', turn: 0, call: 'c' }), row('', { durationMs: 0 })];
    await trace.append(rows);
    assert.deepEqual(await trace.read({}), rows);
  }),
  rule('order', 'reads in the order they were appended, whatever a clock said', async ({ trace }) => {
    await trace.append([row('/1', { ts: '2026-01-01T00:00:00.000Z' }), row('/2', { ts: '2024-01-01T00:00:00.000Z' })]);
    await trace.append([row('/3', { ts: '2025-01-01T00:00:00.000Z' })]);
    assert.deepEqual(await paths(trace), ['/1', '/2', '/3']);
  }),
  rule('session', 'reads those of one session', async ({ trace }) => {
    await trace.append(turns);
    assert.deepEqual(await paths(trace, { session: 's' }), ['/1', '/3', '/5', '/6']);
    assert.deepEqual(await paths(trace, { session: 't' }), ['/2']);
    assert.deepEqual(await paths(trace, { session: 'nope' }), []);
  }),
  rule('turn', 'reads those of one turn', async ({ trace }) => {
    await trace.append(turns);
    assert.deepEqual(await paths(trace, { session: 's', turn: 2 }), ['/3', '/5']);
    assert.deepEqual(await paths(trace, { turn: 1 }), ['/1', '/2']);
    assert.deepEqual(await paths(trace, { session: 's', turn: 9 }), []);
  }),
  rule('limit', 'reads the newest that fit, in order', async ({ trace }) => {
    await trace.append(turns);
    assert.deepEqual(await paths(trace, { limit: 2 }), ['/5', '/6']);
    assert.deepEqual(await paths(trace, { session: 's', limit: 3 }), ['/3', '/5', '/6']);
    assert.deepEqual(await paths(trace, { limit: 0 }), []);
  }),
  rule('default', 'reads the newest 1,000 when nothing is said, and more on demand', async ({ trace }) => {
    const all = Array.from({ length: 1_100 }, (_, index) => `/${index}`);
    await trace.append(all.map((path) => row(path)));
    assert.deepEqual(await paths(trace), all.slice(100));
    assert.deepEqual(await paths(trace, { limit: 2_000 }), all);
  }),
  rule('all-or-none', 'adds no row when one of them can not be written', async ({ trace }) => {
    const unwritable = row('/2', { durationMs: 1n as unknown as number });
    await assert.rejects(async () => trace.append([row('/1'), unwritable, row('/3')]));
    assert.deepEqual(await paths(trace), []);
  }),
  rule('append-nothing', 'adds nothing for an empty list', async ({ trace }) => {
    await trace.append([]);
    assert.deepEqual(await paths(trace), []);
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async ({ trace }) => {
    const own = { ...row('/1') };
    await trace.append([own]);
    Object.assign(own, { path: '/changed' });
    assert.deepEqual(await paths(trace), ['/1']);
    const [got] = await trace.read({});
    if (!Object.isFrozen(got)) Object.assign(got ?? {}, { path: '/changed' });
    assert.deepEqual(await paths(trace), ['/1']);
  }),
  lasting('again', 'is there when it is opened again, and goes on', async (within) => {
    await within(({ trace }) => trace.append(turns));
    await within(({ trace }) => trace.append([row('/7')]));
    assert.deepEqual(await within(({ trace }) => trace.read({})), [...turns, row('/7')]);
  }),
  lasting('shared', 'is one trace for everybody who has it open', (within) =>
    within((one) =>
      within(async (other) => {
        assert.deepEqual([await paths(one.trace), await paths(other.trace)], [[], []]);
        await one.trace.append([row('/1')]);
        await other.trace.append([row('/2')]);
        await one.trace.append([row('/3')]);
        for (const { trace } of [one, other]) assert.deepEqual(await paths(trace), ['/1', '/2', '/3']);
      }),
    ),
  ),
  rule('times-sum', 'adds up what the taps of a plugin on a hook took', async ({ trace }) => {
    await trace.addTimes([took('prompt.build', 'a', 2, 0.5)]);
    await trace.addTimes([took('prompt.build', 'a', 3, 1.25), took('prompt.build', 'a', 1, 0)]);
    assert.deepEqual(await trace.times(), [took('prompt.build', 'a', 6, 1.75)]);
  }),
  rule('times-apart', 'keeps hooks and plugins apart, in their order', async ({ trace }) => {
    const times = [took('tool.call', 'a', 1, 1), took('prompt.build', 'b', 2, 2), took('prompt.build', 'a', 3, 4)];
    await trace.addTimes(times);
    assert.deepEqual(await trace.times(), times.toReversed());
  }),
  rule('times-all-or-none', 'adds nothing when one of them is no number', async ({ trace }) => {
    const times = [took('tool.call', 'a', 1, 1), took('tool.call', 'b', 1, Number.NaN), took('tool.call', 'c', 1, 1)];
    await assert.rejects(async () => trace.addTimes(times));
    assert.deepEqual(await trace.times(), []);
  }),
  lasting('times-again', 'has the sums when it is opened again, and goes on', async (within) => {
    await within(({ trace }) => trace.addTimes([took('tool.call', 'a', 1, 1)]));
    await within(({ trace }) => trace.addTimes([took('tool.call', 'a', 1, 2)]));
    assert.deepEqual(await within(({ trace }) => trace.times()), [took('tool.call', 'a', 2, 3)]);
  }),
  lasting('times-shared', 'adds up what everybody who has it open adds', (within) =>
    within((one) =>
      within(async (other) => {
        assert.deepEqual([await one.trace.times(), await other.trace.times()], [[], []]);
        await one.trace.addTimes([took('tool.call', 'a', 1, 1)]);
        await other.trace.addTimes([took('tool.call', 'a', 1, 2)]);
        for (const { trace } of [one, other]) assert.deepEqual(await trace.times(), [took('tool.call', 'a', 2, 3)]);
      }),
    ),
  ),
];

/** Registers the suite for one implementation: `describeHookTrace(subject, { describe, it })`. */
export const describeHookTrace = (subject: HookTraceSubject, runner: Runner): void =>
  describeSuite('hook.trace', hookTraceSuite, subject, runner);
