import { strict as assert } from 'node:assert';
import type { AuditLog, AuditRow } from '../permissions/types.js';
import { auditRows } from './audit-rows.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly audit: AuditLog;
  close(): Promise<void>;
}
/** What the suite needs of a service `audit`. */
export type AuditSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const busy = (expected: number, found: number) => ({ code: 'RUSTIC_AUDIT_BUSY', details: { expected, found } });
const seqs = (rows: readonly AuditRow[]) => rows.map(({ seq }) => seq);
const textOf = (rows: readonly (AuditRow | undefined)[]) => rows.map((row) => JSON.stringify(row)).join('\n');
/** Each row stands in the order of its fields as they are given, last first, with one that nobody knows. */
const turned = (rows: readonly AuditRow[]): readonly AuditRow[] =>
  rows.map((row) => Object.fromEntries([...Object.entries(row), ['later', { z: 1, a: null }]].toReversed()) as never);

/** What `AuditLog` promises, rule by rule. */
export const auditSuite: readonly KeptRule<Opened>[] = [
  rule('bytes', 'gives rows back byte for byte: every field, in its order', async ({ audit }) => {
    const resource = 'ünï 漢字 🦀 \u0000 \ud800 \u2028 "\\ \u007f';
    const rows = turned(
      auditRows({ count: 3, more: { rule: 'allow exec **', accesses: [{ action: 'x', resource }] } }),
    );
    await audit.append(rows);
    assert.equal(textOf(await audit.read({})), textOf(rows));
    assert.equal(textOf([await audit.last()]), textOf(rows.slice(-1)));
  }),
  rule('last', 'knows its last row, and none when it is empty', async ({ audit }) => {
    assert.equal(await audit.last(), undefined);
    const rows = auditRows({ count: 12 });
    await audit.append(rows);
    assert.deepEqual(await audit.last(), rows.at(-1));
  }),
  rule('read-from', 'reads from a number on, itself included, in order', async ({ audit }) => {
    await audit.append(auditRows({ count: 12 }));
    assert.deepEqual(seqs(await audit.read({ from: 9 })), [9, 10, 11, 12]);
    assert.deepEqual(await audit.read({ from: 13 }), []);
  }),
  rule('read-limit', 'reads the first rows of a range, at most so many', async ({ audit }) => {
    await audit.append(auditRows({ count: 6 }));
    assert.deepEqual(seqs(await audit.read({ limit: 2 })), [1, 2]);
    assert.deepEqual(seqs(await audit.read({ from: 3, limit: 3 })), [3, 4, 5]);
    assert.deepEqual(await audit.read({ limit: 0 }), []);
  }),
  rule('read-default', 'reads the first 1,000 rows when nothing is said, and more on demand', async ({ audit }) => {
    await audit.append(auditRows({ count: 1_100 }));
    assert.deepEqual((await audit.read({})).length, 1_000);
    const all = seqs(await audit.read({ limit: 2_000 }));
    assert.deepEqual(
      all,
      Array.from({ length: 1_100 }, (_, index) => index + 1),
    );
  }),
  rule('append-nothing', 'adds nothing for an empty list', async ({ audit }) => {
    await audit.append([]);
    assert.deepEqual(await audit.read({}), []);
  }),
  rule('first', 'begins with the row that follows nothing', async ({ audit }) => {
    const [row] = auditRows({ after: { seq: 0, digest: 'another' } });
    assert.ok(row);
    await assert.rejects(audit.append([row]), busy(0, 0));
    assert.deepEqual(await audit.read({}), []);
  }),
  rule('gap', 'refuses a row whose number is not the next one', async ({ audit }) => {
    const kept = auditRows({ count: 2 });
    await audit.append(kept);
    const digest = kept.at(-1)?.digest ?? '';
    for (const seq of [0, 1, 3])
      await assert.rejects(audit.append(auditRows({ after: { seq, digest } })), busy(seq, 2));
    assert.deepEqual(await audit.read({}), kept);
  }),
  rule('fork', 'refuses a row that follows another row of that number', async ({ audit }) => {
    const kept = auditRows({ count: 2 });
    await audit.append(kept);
    const after = auditRows({ count: 2, more: { decision: 'deny' } }).at(-1);
    await assert.rejects(audit.append(auditRows({ after })), busy(2, 2));
    assert.deepEqual(await audit.read({}), kept);
  }),
  rule('batch', 'refuses rows that do not follow each other, all of them', async ({ audit }) => {
    const rows = auditRows({ count: 4 });
    const gap = rows.filter(({ seq }) => seq !== 3);
    const fork = rows.map((row) => (row.seq === 3 ? { ...row, previous: 'another' } : row));
    const twice = rows.flatMap((row) => (row.seq === 3 ? [row, row] : [row]));
    const broken = (seq: number) => ({ code: 'RUSTIC_AUDIT_BROKEN', details: { seq } });
    await assert.rejects(audit.append(gap), broken(4));
    await assert.rejects(audit.append(fork), broken(3));
    await assert.rejects(audit.append(twice), broken(3));
    assert.deepEqual(await audit.read({}), []);
  }),
  rule('all-or-none', 'adds no row when one of them can not be written', async ({ audit }) => {
    const rows = auditRows({ count: 3 });
    const unwritable = rows.map((row) => (row.seq === 2 ? ({ ...row, ts: 1n } as unknown as AuditRow) : row));
    await assert.rejects(async () => audit.append(unwritable));
    assert.deepEqual(await audit.read({}), []);
    await audit.append(rows);
    assert.deepEqual(await audit.read({}), rows);
  }),
  rule('race', 'lets exactly one of several appends win that follow the same row', async ({ audit }) => {
    const rivals = ['a', 'b', 'c'].map((call) => auditRows({ count: 2, more: { call } }));
    const ends = await Promise.allSettled(rivals.map((rows) => audit.append(rows)));
    const lost = ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as { code?: unknown }).code] : []));
    assert.deepEqual(lost, ['RUSTIC_AUDIT_BUSY', 'RUSTIC_AUDIT_BUSY']);
    assert.deepEqual(await audit.read({}), rivals[ends.findIndex(({ status }) => status === 'fulfilled')]);
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async ({ audit }) => {
    const agents = ['main'];
    await audit.append(auditRows({ more: { origin: { plugin: 'p', agents, trigger: 'person', headless: true } } }));
    agents.push('other');
    const got = async () => (await audit.read({}))[0]?.origin.agents as string[];
    assert.deepEqual(await got(), ['main']);
    const mine = await got();
    if (!Object.isFrozen(mine)) mine.push('other');
    assert.deepEqual(await got(), ['main']);
    const batch = [...auditRows({ after: await audit.last() })];
    const done = audit.append(batch);
    batch.pop();
    await done;
    assert.equal((await audit.last())?.seq, 2);
  }),
  lasting('again', 'is there byte for byte when it is opened again, and goes on', async (within) => {
    const rows = turned(auditRows({ count: 3 }));
    await within(({ audit }) => audit.append(rows));
    const next = auditRows({ after: rows.at(-1) });
    await within(({ audit }) => audit.append(next));
    assert.equal(textOf(await within(({ audit }) => audit.read({}))), textOf([...rows, ...next]));
  }),
  lasting('two-writers', 'is one chain for two writers: who is late is told so, and loses nothing', (within) =>
    within((one) =>
      within(async (other) => {
        const first = auditRows({ more: { call: 'one' } });
        await one.audit.append(first);
        const stale = auditRows({ count: 2, after: first[0], more: { call: 'other' } });
        const second = auditRows({ count: 2, after: first[0], more: { call: 'one' } });
        assert.deepEqual(await other.audit.last(), first[0]);
        await one.audit.append(second);
        await assert.rejects(other.audit.append(stale), busy(1, 3));
        const third = auditRows({ count: 2, after: await other.audit.last(), more: { call: 'other' } });
        await other.audit.append(third);
        for (const { audit } of [one, other]) assert.deepEqual(await audit.read({}), [...first, ...second, ...third]);
      }),
    ),
  ),
];

/** Registers the suite for one implementation: `describeAudit(subject, { describe, it })`. */
export const describeAudit = (subject: AuditSubject, runner: Runner): void =>
  describeSuite('audit', auditSuite, subject, runner);
