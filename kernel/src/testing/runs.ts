import { strict as assert } from 'node:assert';
import type { Runs } from '../contracts/runs.js';
import type { Json } from '../errors.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { ids, iso, tick } from './session-store/given.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly runs: Runs;
  close(): Promise<void>;
}
/** What the suite needs of a service `runs`. */
export type RunsSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const run = (id: string, more: { session?: string; kind?: string; name?: string; state?: Json } = {}) => ({
  id,
  kind: 'workflow',
  name: 'release',
  state: { step: 1 },
  ...more,
});
const conflict = (expected: number, found: number) => ({
  code: 'RUSTIC_RUN_CONFLICT',
  details: { run: 'r', expected, found },
});

/** What `Runs` promises, rule by rule. */
export const runsSuite: readonly KeptRule<Opened>[] = [
  rule('create', 'returns what was created, running at version 1, with UTC times, and get agrees', async ({ runs }) => {
    const { createdAt, updatedAt, ...info } = await runs.create(run('r', { session: 's' }));
    assert.deepEqual(info, {
      id: 'r',
      kind: 'workflow',
      name: 'release',
      session: 's',
      status: 'running',
      version: 1,
    });
    assert.match(createdAt, iso);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(await runs.get('r'), { ...info, createdAt, updatedAt, state: { step: 1 } });
    assert.equal('session' in (await runs.create(run('t'))), false);
  }),
  rule('create-existing', 'refuses an id that is taken and keeps what is there', async ({ runs }) => {
    await runs.create(run('r'));
    const again = runs.create(run('r', { name: 'other' }));
    await assert.rejects(again, { code: 'RUSTIC_RUN_EXISTS', details: { run: 'r' } });
    assert.equal((await runs.get('r'))?.name, 'release');
  }),
  rule('get-unknown', 'answers undefined for a run it does not have', async ({ runs }) => {
    assert.equal(await runs.get('nope'), undefined);
  }),
  rule('save', 'keeps status and state of the newest checkpoint and counts its version', async ({ runs }) => {
    await runs.create(run('r'));
    await tick();
    assert.equal(await runs.save('r', { status: 'waiting', state: [1] }, 1), 2);
    assert.equal(await runs.save('r', { status: 'done', state: [2] }, 2), 3);
    const kept = await runs.get('r');
    assert.deepEqual([kept?.status, kept?.state, kept?.version], ['done', [2], 3]);
    assert.ok((kept?.updatedAt ?? '') > (kept?.createdAt ?? ''));
  }),
  rule('save-expected', 'refuses a version that is not the expected one, and keeps what is there', async ({ runs }) => {
    await runs.create(run('r'));
    await runs.save('r', { status: 'waiting', state: 'kept' }, 1);
    for (const version of [0, 1, 3])
      await assert.rejects(runs.save('r', { status: 'done', state: 'lost' }, version), conflict(version, 2));
    assert.equal((await runs.get('r'))?.state, 'kept');
  }),
  rule('save-unknown', 'refuses to save a run it does not have', async ({ runs }) => {
    const unknown = { code: 'RUSTIC_RUN_UNKNOWN', details: { run: 'nope' } };
    await assert.rejects(runs.save('nope', { status: 'done', state: null }, 1), unknown);
    assert.equal(await runs.get('nope'), undefined);
  }),
  rule('race', 'lets exactly one of several saves with the same expected version win', async ({ runs }) => {
    await runs.create(run('r'));
    const saves = ['a', 'b', 'c'].map((state) => runs.save('r', { status: 'running', state }, 1));
    const ends = await Promise.allSettled(saves);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal((await runs.get('r'))?.version, 2);
  }),
  rule('state-json', 'gives every JSON state back equal', async ({ runs }) => {
    const states: Json[] = [null, false, 0, '', 'ü 漢 🦀 \u0000 \ud800', [], { a: [{ b: null }], ['__proto__']: 1 }];
    await runs.create(run('r', { state: states }));
    assert.equal(JSON.stringify((await runs.get('r'))?.state), JSON.stringify(states));
    for (const [index, state] of states.entries()) {
      await runs.save('r', { status: 'running', state }, index + 1);
      assert.equal(JSON.stringify((await runs.get('r'))?.state), JSON.stringify(state));
    }
  }),
  rule('list-order', 'lists the last updated first, then by id, without their state', async ({ runs }) => {
    for (const id of ['b', 'a', 'c']) {
      await runs.create(run(id));
      await tick();
    }
    await runs.save('b', { status: 'running', state: null }, 1);
    assert.deepEqual(ids(await runs.list({})), ['b', 'c', 'a']);
    assert.equal('state' in ((await runs.list({}))[0] ?? {}), false);
  }),
  rule('list-filter', 'lists by kind, name, session and status, all of which must fit', async ({ runs }) => {
    await runs.create(run('p', { session: 's' }));
    await runs.create(run('q', { name: 'other', kind: 'job' }));
    await runs.create(run('r', { session: 's', name: 'other' }));
    await runs.save('r', { status: 'failed', state: null }, 1);
    assert.deepEqual(ids(await runs.list({ session: 's' })).toSorted(), ['p', 'r']);
    assert.deepEqual(ids(await runs.list({ status: 'running' })).toSorted(), ['p', 'q']);
    assert.deepEqual(ids(await runs.list({ kind: 'job' })), ['q']);
    assert.deepEqual(ids(await runs.list({ name: 'other', status: 'failed' })), ['r']);
    assert.deepEqual(await runs.list({ session: 's', kind: 'job' }), []);
    assert.deepEqual(await runs.list({ session: '\0' }), []);
  }),
  rule('list-limit', 'lists at most limit runs, 100 without one', async ({ runs }) => {
    for (let index = 0; index < 101; index++) await runs.create(run(`r${index}`));
    assert.equal((await runs.list({})).length, 100);
    assert.equal((await runs.list({ limit: 2 })).length, 2);
    assert.equal((await runs.list({ limit: 1_000 })).length, 101);
  }),
  rule('delete', 'deletes a run, and deletes nothing twice without an error', async ({ runs }) => {
    for (const id of ['r', 's']) await runs.create(run(id));
    for (const id of ['r', 'r', 'nope']) await runs.delete(id);
    assert.deepEqual(ids(await runs.list({})), ['s']);
    assert.equal((await runs.create(run('r'))).version, 1);
  }),
  rule('names', 'refuses names that hold a zero or a lone surrogate, and keeps nothing', async ({ runs }) => {
    for (const bad of ['a\0', 'a\ud800'])
      for (const given of [run(bad), run('r', { name: bad }), run('r', { kind: bad }), run('r', { session: bad })])
        await assert.rejects(async () => runs.create(given), { code: 'RUSTIC_STORAGE_TEXT' });
    assert.deepEqual(await runs.list({}), []);
    assert.equal(await runs.get('a\0'), undefined);
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async ({ runs }) => {
    const state = { steps: [1] };
    await runs.create(run('r', { state }));
    state.steps.push(2);
    const got = (await runs.get('r'))?.state as { steps: number[] };
    assert.deepEqual(got, { steps: [1] });
    if (!Object.isFrozen(got.steps)) got.steps.push(3);
    assert.deepEqual((await runs.get('r'))?.state, { steps: [1] });
  }),
  rule('hold', 'is held by one at a time, and by whoever waits once it is released', async ({ runs }) => {
    await runs.create(run('r'));
    const first = await runs.hold('r', { waitMs: 0 });
    await (await runs.hold('other', { waitMs: 0 })).release();
    await assert.rejects(runs.hold('r', { waitMs: 0 }), { code: 'RUSTIC_RUN_BUSY', details: { run: 'r' } });
    const next = runs.hold('r', { waitMs: 60_000 });
    await first.release();
    await first.release();
    await (await next).release();
    const gone = new AbortController();
    const held = await runs.hold('r', { waitMs: 0 });
    const waiting = runs.hold('r', { waitMs: 60_000, signal: gone.signal });
    gone.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await held.release();
  }),
  lasting('again', 'is there when the store is opened again, and goes on from its checkpoint', async (within) => {
    await within(async ({ runs }) => {
      await runs.create(run('r'));
      await runs.save('r', { status: 'running', state: { step: 7 } }, 1);
    });
    await within(async ({ runs }) => {
      assert.deepEqual(ids(await runs.list({ status: 'running' })), ['r']);
      const left = await runs.get('r');
      assert.deepEqual([left?.version, left?.state], [2, { step: 7 }]);
      assert.equal(await runs.save('r', { status: 'done', state: null }, 2), 3);
    });
  }),
  lasting('two-writers', 'is gone on with by one of two who have it open: the other is told so', (within) =>
    within((one) =>
      within(async (other) => {
        await one.runs.create(run('r'));
        assert.equal((await other.runs.get('r'))?.version, 1);
        await one.runs.save('r', { status: 'running', state: 'one' }, 1);
        await assert.rejects(other.runs.save('r', { status: 'failed', state: 'other' }, 1), conflict(1, 2));
        assert.equal((await other.runs.get('r'))?.state, 'one');
      }),
    ),
  ),
];

/** Registers the suite for one implementation: `describeRuns(subject, { describe, it })`. */
export const describeRuns = (subject: RunsSubject, runner: Runner): void =>
  describeSuite('runs', runsSuite, subject, runner);
