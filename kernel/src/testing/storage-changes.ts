import { strict as assert } from 'node:assert';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '../contracts/storage.js';
import type { StorageChange } from '../contracts/storage-changes.js';
import { entry, session } from './session-store/given.js';
import { recordsOf, rule } from './storage-given.js';

type Changes = AsyncIterator<StorageChange, unknown, undefined>;
/** Begins to follow: resolves once nothing can be missed. */
async function follow(storage: Storage, signal?: AbortSignal): Promise<Changes> {
  const changes = storage.changes(signal && { signal })[Symbol.asyncIterator]();
  assert.deepEqual(await changes.next(), { done: false, value: { of: 'gap' } });
  return changes;
}
/** Reads up to the first that is wanted, or to the end. */
async function upTo(changes: Changes, wanted: (change: StorageChange) => boolean): Promise<readonly StorageChange[]> {
  const told: StorageChange[] = [];
  for (;;) {
    const next = await changes.next();
    if (next.done) return told;
    told.push(next.value);
    if (wanted(next.value)) return told;
  }
}
const isValue = (key: string) => (change: StorageChange) => change.of === 'value' && change.key === key;

/** What `changes`, `backup` and `vacuum` of `Storage` promise, rule by rule. */
export const changeRules = [
  rule('changes-told', 'tells where a session ends and which version a value has', async ({ storage, store, of }) => {
    await store.create(session('s'));
    await store.append('s', [entry('1')]);
    await (await of('p')).set('before', 1);
    const changes = await follow(storage);
    await store.append('s', [entry('2'), entry('3')]);
    const [appended] = await upTo(changes, () => true);
    assert.deepEqual(appended, { of: 'session', session: 's', seq: 3 });
    await (await of('p')).set('ü "k"', 1);
    await (await of('q')).set('before', 1);
    const all = await upTo(changes, isValue('before'));
    assert.deepEqual(all, [
      { of: 'value', plugin: 'p', key: 'ü "k"', version: 1 },
      { of: 'value', plugin: 'q', key: 'before', version: 1 },
    ]);
    await store.restore({ ...session('r'), createdAt: '2026-01-01', updatedAt: '2026-01-01', entries: 1 }, [
      entry('1'),
    ]);
    const [restored] = await upTo(changes, () => true);
    assert.deepEqual(restored, { of: 'session', session: 'r', seq: 1 });
    await changes.return?.();
  }),
  rule(
    'changes-deleted',
    'tells what is deleted, and what is made anew in its place',
    async ({ storage, store, of }) => {
      const values = await of('p');
      await store.create(session('kept'));
      await store.append('kept', [entry('1')]);
      await store.create(session('gone'));
      await store.append('gone', [entry('2'), entry('3')]);
      await values.set('gone', 1);
      const changes = await follow(storage);
      await store.delete('gone');
      await values.delete('gone');
      await store.delete('never');
      await values.delete('never');
      const gone = await upTo(changes, isValue('gone'));
      assert.deepEqual(gone, [
        { of: 'session', session: 'gone', seq: 0 },
        { of: 'value', plugin: 'p', key: 'gone', version: 0 },
      ]);
      // Whatever took the place of what is gone, and what comes behind it, is told for itself.
      await store.append('kept', [entry('4')]);
      await store.create(session('gone'));
      await store.append('gone', [entry('5')]);
      await values.set('last', 1);
      const again = await upTo(changes, isValue('last'));
      assert.deepEqual(again, [
        { of: 'session', session: 'kept', seq: 2 },
        { of: 'session', session: 'gone', seq: 1 },
        { of: 'value', plugin: 'p', key: 'last', version: 1 },
      ]);
      await changes.return?.();
    },
  ),
  rule('changes-all', 'tells everybody who follows', async ({ storage, of }) => {
    const both = [await follow(storage), await follow(storage)];
    await (await of('p')).set('k', 1);
    for (const changes of both) {
      assert.deepEqual((await upTo(changes, isValue('k'))).at(-1), { of: 'value', plugin: 'p', key: 'k', version: 1 });
      await changes.return?.();
    }
  }),
  rule('changes-transaction', 'tells what a transaction did, and nothing of one undone', async ({ storage, of }) => {
    const changes = await follow(storage);
    const undone = storage.transaction(async ({ values }) => {
      await values('p').set('undone', 1);
      throw new Error('undone');
    });
    await assert.rejects(undone);
    await storage.transaction(async ({ values }) => values('p').set('done', 1));
    await (await of('p')).set('last', 1);
    const told = await upTo(changes, isValue('last'));
    assert.deepEqual(
      told.map((change) => change.of === 'value' && change.key),
      ['done', 'last'],
    );
    await changes.return?.();
  }),
  rule('changes-cancel', 'ends when it is cancelled, and holds nothing up', async ({ storage, of }) => {
    const gone = new AbortController();
    const changes = await follow(storage, gone.signal);
    const next = changes.next();
    gone.abort();
    await (await of('p')).set('later', 1);
    assert.deepEqual(await next, { done: true, value: undefined });
    const never = storage.changes({ signal: gone.signal })[Symbol.asyncIterator]();
    assert.equal((await never.next()).done, true);
  }),
  rule('changes-close', 'ends when the plugin does', async (_, another) => {
    const { storage, close } = await another();
    const changes = await follow(storage);
    const [rest] = await Promise.all([upTo(changes, () => false), close()]);
    assert.deepEqual(rest, []);
  }),
  rule('backup', 'writes a backup for its owner into a new file, and refuses one that is there', async (opened) => {
    const { storage, store } = opened;
    await store.create(session('s'));
    const folder = await mkdtemp(join(tmpdir(), 'rustic-backup-'));
    try {
      const file = join(folder, 'backup');
      await storage.backup(file);
      const { size, mode } = await stat(file);
      assert.ok(size > 0);
      assert.equal(mode & 0o077, 0);
      const taken = join(folder, 'taken');
      await writeFile(taken, 'mine');
      await assert.rejects(storage.backup(taken), { code: 'RUSTIC_STORAGE_BACKUP' });
      assert.equal((await stat(taken)).size, 4);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }),
  rule('vacuum', 'keeps everything when it is tidied up, and says how large it was and is', async (opened) => {
    const { storage, store, of } = opened;
    await store.create(session('s'));
    for (let index = 0; index < 20; index++) await store.append('s', [entry(`e${index}`, 'x'.repeat(1_000))]);
    await store.search('x', {});
    await (await of('p')).set('k', 1);
    const before = await recordsOf(storage);
    const { from, to } = await storage.vacuum();
    assert.ok(from >= 0 && to >= 0);
    assert.deepEqual(await recordsOf(storage), before);
    assert.equal(await store.append('s', [entry('needle', 'needle')]), 21);
    assert.equal((await store.search('needle', {})).length, 1);
    assert.deepEqual(await storage.check(), []);
  }),
];
