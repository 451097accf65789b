import { strict as assert } from 'node:assert';
import type { StorageDomains } from '../contracts/storage.js';
import { auditRows } from './audit-rows.js';
import { entry, session } from './session-store/given.js';
import { recordsOf, rule } from './storage-given.js';

const over = { code: 'RUSTIC_TRANSACTION_OVER' };
/** Does something in every domain. */
async function touchAll({ sessions, values, grants, audit, trace, runs, prompts, vectors }: StorageDomains) {
  await sessions.create(session('s'));
  await sessions.append('s', [entry('1', 'needle'), entry('2')]);
  await values('p').set('k', 1);
  const rule = { effect: 'allow', action: 'tool', match: 't' } as const;
  const head = { id: 'g', plugin: 'p', operation: 'tool', name: 't', grantedAt: '2026-01-01T00:00:00Z' };
  await grants.add({ ...head, rule, scope: 'user' });
  await audit.append(auditRows());
  await trace.addTimes([{ hook: 'h', plugin: 'p', timed: 1, totalMs: 1 }]);
  await runs.create({ id: 'r', kind: 'k', name: 'n', state: null });
  await prompts.put({ name: 'p', text: 't' });
  await vectors.upsert('c', [{ id: 'v', vector: Float32Array.from([1]), data: null }]);
}
const never = () => new Promise<never>(() => {});

/** What `Storage.transaction` promises, rule by rule. */
export const transactionRules = [
  rule('transaction-all', 'keeps all that was done in every domain, and gives what it returned', async (opened) => {
    const { storage, store } = opened;
    const result = await storage.transaction(async (domains) => {
      await touchAll(domains);
      return 7;
    });
    assert.equal(result, 7);
    const kinds = (await recordsOf(storage)).map(({ of }) => of);
    const every = ['session', 'entry', 'entry', 'value', 'grant', 'audit', 'time', 'run', 'prompt', 'vector'];
    assert.deepEqual(kinds, every);
    assert.equal((await store.search('needle', {})).length, 1);
    assert.deepEqual(await storage.check(), []);
  }),
  rule(
    'transaction-none',
    'keeps nothing of it when it throws, and throws the same',
    async ({ storage, store, of }) => {
      await store.create(session('before'));
      const before = await recordsOf(storage);
      const failure = new Error('no');
      const done = storage.transaction(async (domains) => {
        await touchAll(domains);
        await domains.sessions.delete('before');
        throw failure;
      });
      await assert.rejects(done, (error) => error === failure);
      assert.deepEqual(await recordsOf(storage), before);
      assert.equal(await (await of('p')).set('k', 1, 0), 1);
      assert.deepEqual(await store.search('needle', {}), []);
    },
  ),
  rule('transaction-own', 'reads in it what it wrote', async ({ storage }) => {
    await storage.transaction(async (domains) => {
      await touchAll(domains);
      const { sessions, values, runs, prompts, vectors, grants, audit } = domains;
      assert.equal((await values('p').get('k'))?.value, 1);
      assert.equal((await sessions.get('s'))?.entries, 2);
      assert.equal((await sessions.search('needle', {})).length, 1);
      assert.deepEqual([(await runs.list({})).length, (await prompts.list({})).length], [1, 1]);
      assert.equal((await vectors.nearest('c', Float32Array.from([1]), {})).length, 1);
      assert.deepEqual([(await grants.list()).length, (await audit.last())?.seq], [1, 1]);
    });
  }),
  rule('transaction-unseen', 'is not seen by others before it ends', async ({ storage, of }) => {
    const values = await of('p');
    let seen: Promise<unknown> | undefined;
    const done = storage.transaction(async (domains) => {
      await domains.values('p').set('k', 1);
      seen = values.get('k');
      for (let round = 0; round < 20; round++) await domains.values('p').get('k');
      throw new Error('undone');
    });
    await assert.rejects(done, /undone/);
    assert.equal(await seen, undefined);
  }),
  rule(
    'transaction-caught',
    'goes on after something in it failed, which has done nothing',
    async ({ storage, of }) => {
      await storage.transaction(async ({ values, sessions }) => {
        await values('p').set('a', 1);
        await assert.rejects(values('p').set('a', 2, 7), { code: 'RUSTIC_VALUE_CONFLICT' });
        await assert.rejects(sessions.append('nope', [entry('x')]), { code: 'RUSTIC_SESSION_UNKNOWN' });
        await values('p').set('b', 1);
      });
      assert.deepEqual(await (await of('p')).list(''), ['a', 'b']);
      assert.deepEqual(await (await of('p')).get('a'), { value: 1, version: 1 });
    },
  ),
  rule('transaction-waits', 'is waited for by others who write the same', async ({ storage, of }) => {
    const values = await of('p');
    let outside: Promise<number> | undefined;
    await storage.transaction(async (domains) => {
      const inside = domains.values('p');
      assert.equal(await inside.set('k', 'one'), 1);
      outside = values.set('k', 'outside');
      for (let round = 0; round < 20; round++) await inside.get('k');
      assert.equal(await inside.set('k', 'two', 1), 2);
    });
    assert.equal(await outside, 3);
    assert.equal((await values.get('k'))?.value, 'outside');
  }),
  rule(
    'transaction-two',
    'is one of several that are begun at once, all of which are kept',
    async ({ storage, of }) => {
      const add = (name: string) =>
        storage.transaction(async ({ values }) => {
          const version = await values('p').set('k', name);
          await values('p').set(name, version);
        });
      await Promise.all(['a', 'b', 'c'].map(add));
      const values = await of('p');
      const versions = await Promise.all(['a', 'b', 'c'].map(async (name) => (await values.get(name))?.value));
      assert.deepEqual(versions.toSorted(), [1, 2, 3]);
      assert.equal((await values.get('k'))?.version, 3);
    },
  ),
  rule('transaction-nested', 'refuses another one within it, and goes on', async ({ storage, of }) => {
    const ended = Promise.withResolvers<void>();
    let after: Promise<number> | undefined;
    await storage.transaction(async ({ values }) => {
      after = ended.promise.then(() => storage.transaction(async (domains) => domains.values('q').set('k', 1)));
      const inner = storage.transaction(async (domains) => domains.values('p').set('inner', 1));
      await assert.rejects(inner, { code: 'RUSTIC_TRANSACTION_NESTED' });
      await values('p').set('outer', 1);
    });
    assert.deepEqual(await (await of('p')).list(''), ['outer']);
    ended.resolve();
    assert.equal(await after, 1);
    assert.equal(await storage.transaction(async ({ values }) => values('p').set('next', 1)), 1);
  }),
  rule('transaction-time', 'is undone when it takes too long, and holds up nobody after', async ({ storage, of }) => {
    const late = storage.transaction(
      async ({ values }) => {
        await values('p').set('k', 'late');
        return never();
      },
      { timeoutMs: 50 },
    );
    await assert.rejects(late, over);
    assert.equal(await (await of('p')).set('k', 'next', 0), 1);
  }),
  rule('transaction-over', 'refuses whoever uses it when it has ended', async ({ storage, of }) => {
    let kept: StorageDomains | undefined;
    await storage.transaction(async (domains) => {
      kept = domains;
    });
    await assert.rejects(async () => kept?.values('p').set('k', 1), over);
    await assert.rejects(async () => kept?.sessions.get('s'), over);
    assert.deepEqual(await (await of('p')).list(''), []);
  }),
  rule('transaction-cancel', 'is undone when it is cancelled, with the reason', async ({ storage, of }) => {
    const gone = new AbortController();
    const cancelled = storage.transaction(
      async ({ values }) => {
        await values('p').set('k', 1);
        gone.abort(new Error('enough'));
        return never();
      },
      { signal: gone.signal, timeoutMs: 1_000 },
    );
    await assert.rejects(cancelled, /enough/);
    assert.deepEqual(await (await of('p')).list(''), []);
    await assert.rejects(
      storage.transaction(async () => {}, { signal: gone.signal }),
      /enough/,
    );
  }),
];
