import { strict as assert } from 'node:assert';
import type { StorageRecord } from '../contracts/storage.js';
import { auditRows } from './audit-rows.js';
import { entry, session } from './session-store/given.js';
import { changeRules } from './storage-changes.js';
import { type OpenStorage, recordsOf, rule, type StorageSubject } from './storage-given.js';
import { transactionRules } from './storage-transactions.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

export type { OpenStorage, StorageSubject };

/** Something of every kind, with text that is hard to keep. */
async function fill({ store, grants, audit, trace, of, runs, prompts, vectors }: OpenStorage): Promise<void> {
  for (const id of ['b', 'a', '\ufb01', '🦀']) await store.create(session(id, { title: `T ${id}`, tags: ['x'] }));
  const hard = { text: 'ü 漢 🦀 \u0000 \ud800', ['__proto__']: [null], z: 1, a: 1.5e-7 };
  await store.append('b', [entry('1', hard), entry('2', null, '1')]);
  await store.append('a', [entry('1', 'needle')]);
  await store.create(session('untitled'));
  await store.update('untitled', { title: 'later' });
  await store.append('b', [entry('3', [])]);
  for (const plugin of ['q', 'p'])
    for (const key of ['🦀', '\ufb01', 'k']) await (await of(plugin)).set(key, { plugin, key });
  await (await of('p')).set('k', 'again');
  const rule = { effect: 'allow', action: 'tool', match: 't' } as const;
  for (const id of ['g2', 'g1'])
    await grants.add({
      id,
      plugin: 'p',
      operation: 'tool',
      name: 't',
      rule,
      scope: 'user',
      grantedAt: '2026-01-01T00:00:00Z',
    });
  await audit.append(auditRows({ count: 3 }));
  const head = { ts: '', hook: 'h', plugin: 'p', version: '1.0.0', path: '/a', before: '', after: '', durationMs: 0.5 };
  await trace.append([head, { ...head, session: 'b', turn: 2 }]);
  await trace.addTimes([
    { hook: 'h', plugin: 'q', timed: 1, totalMs: 0.25 },
    { hook: 'h', plugin: 'p', timed: 2, totalMs: 1.5 },
  ]);
  for (const id of ['r2', 'r1']) await runs.create({ id, kind: 'workflow', name: 'w', state: hard });
  await runs.save('r2', { status: 'waiting', state: [hard] }, 1);
  for (const name of ['q', 'p', 'p']) await prompts.put({ name, text: hard.text, tags: ['b', 'a'] });
  for (const label of ['active', 'a']) await prompts.label('p', label, 1);
  await vectors.upsert('v', [{ id: 'b', vector: Float32Array.from([0.1, -2e-7]), data: hard }]);
  await vectors.upsert('v', [{ id: 'a', vector: Float32Array.from([1, 0]), data: null }]);
}
async function* these(records: readonly StorageRecord[], end?: Error): AsyncGenerator<StorageRecord> {
  yield* records;
  if (end) throw end;
}

/** What `Storage` promises, rule by rule. */
export const storageSuite: readonly Rule<StorageSubject>[] = [
  rule('export-all', 'gives everything that is kept, in its order, and nothing of an empty one', async (opened) => {
    assert.deepEqual(await recordsOf(opened.storage), []);
    await fill(opened);
    const records = await recordsOf(opened.storage);
    // In one order, whatever happened to it: a digest is taken of its JSON.
    const untitled = records.find((record) => record.of === 'session' && record.session.id === 'untitled');
    const fields = untitled?.of === 'session' ? Object.keys(untitled.session) : [];
    assert.deepEqual(fields, ['id', 'title', 'agent', 'tags', 'createdAt', 'updatedAt', 'entries']);
    const kinds = records.map((record) =>
      record.of === 'session'
        ? record.session.id
        : record.of === 'entry'
          ? `${record.entry.session}${record.entry.seq}`
          : record.of,
    );
    assert.deepEqual(kinds, [
      ...['a', 'b', 'untitled', '\ufb01', '🦀', 'b1', 'b2', 'a1', 'b3'],
      ...Array.from({ length: 6 }, () => 'value'),
      ...['grant', 'grant', 'audit', 'audit', 'audit', 'trace', 'trace', 'time', 'time'],
      ...['run', 'run', 'prompt', 'prompt', 'prompt', 'vector', 'vector'],
    ]);
  }),
  rule('export-import', 'puts in what another one gave, so that it gives the same again', async (opened, another) => {
    await fill(opened);
    const records = await recordsOf(opened.storage);
    const copy = await another();
    await copy.storage.import(opened.storage.export());
    assert.equal(JSON.stringify(await recordsOf(copy.storage)), JSON.stringify(records));
  }),
  rule('import-use', 'goes on with what was put in: numbers, versions, chain and search', async (opened, another) => {
    await fill(opened);
    const { storage, store, of, grants, audit, trace, runs, prompts, vectors } = await another();
    await storage.import(opened.storage.export());
    assert.deepEqual(await store.get('b'), await opened.store.get('b'));
    assert.equal(await store.append('b', [entry('4')], 3), 4);
    assert.deepEqual(
      (await store.search('needle', {})).map((hit) => hit.entry.session),
      ['a'],
    );
    assert.deepEqual(await (await of('p')).get('k'), { value: 'again', version: 2 });
    assert.equal(await (await of('p')).set('k', 1, 2), 3);
    assert.deepEqual(await grants.list(), await opened.grants.list());
    const last = await audit.last();
    assert.deepEqual(last, await opened.audit.last());
    await audit.append(auditRows({ count: 1, ...(last && { after: last }) }));
    assert.deepEqual(await trace.read({ session: 'b' }), await opened.trace.read({ session: 'b' }));
    await trace.addTimes([{ hook: 'h', plugin: 'p', timed: 1, totalMs: 1 }]);
    assert.deepEqual((await trace.times())[0], { hook: 'h', plugin: 'p', timed: 3, totalMs: 2.5 });
    assert.equal(await runs.save('r2', { status: 'done', state: null }, 2), 3);
    assert.deepEqual(await prompts.list({}), await opened.prompts.list({}));
    assert.equal(await prompts.put({ name: 'p', text: 'new' }), 3);
    const wanted = Float32Array.from([0.1, -2e-7]);
    assert.deepEqual(await vectors.nearest('v', wanted, {}), await opened.vectors.nearest('v', wanted, {}));
    assert.deepEqual(await storage.check(), []);
  }),
  rule('import-empty', 'puts nothing into one that keeps something', async (opened, another) => {
    await fill(opened);
    const other = await another();
    await (await other.of('p')).set('k', 1);
    const before = await recordsOf(other.storage);
    await assert.rejects(other.storage.import(opened.storage.export()), { code: 'RUSTIC_STORAGE_NOT_EMPTY' });
    assert.deepEqual(await recordsOf(other.storage), before);
  }),
  rule('import-all-or-none', 'puts in nothing when the records end in a failure', async (opened, another) => {
    await fill(opened);
    const records = await recordsOf(opened.storage);
    const { storage, store } = await another();
    const cut = new Error('cut off');
    await assert.rejects(
      storage.import(these(records.slice(0, 6), cut)),
      (error: Error) => error === cut || error.cause === cut,
    );
    assert.deepEqual(await recordsOf(storage), []);
    await store.create(session('s'));
    await store.delete('s');
    await storage.import(these(records));
    assert.equal(JSON.stringify(await recordsOf(storage)), JSON.stringify(records));
  }),
  rule('export-left', 'can be used after somebody stopped reading an export', async (opened) => {
    await fill(opened);
    for await (const record of opened.storage.export()) if (record.of === 'entry') break;
    assert.equal(await opened.store.append('a', [entry('2')]), 2);
  }),
  rule('sound', 'finds nothing wrong with what it wrote itself, and knows its place and version', async (opened) => {
    const { storage } = opened;
    const { to } = await storage.migrate();
    await fill(opened);
    assert.deepEqual(await storage.check(), []);
    assert.ok(to >= 1);
    assert.equal((await storage.migrate()).to, to);
    assert.match(storage.place, /\S/);
  }),
  ...transactionRules,
  ...changeRules,
];

/** Registers the suite for one implementation: `describeStorage(subject, { describe, it })`. */
export const describeStorage = (subject: StorageSubject, runner: Runner): void =>
  describeSuite('storage', storageSuite, subject, runner);
