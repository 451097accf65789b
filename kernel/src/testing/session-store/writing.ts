import { strict as assert } from 'node:assert';
import type { Json } from '../../errors.js';
import { entry, ids, iso, rule, seqs, session, tick } from './given.js';

const busy = (expected: number, found: number) => ({
  code: 'RUSTIC_SESSION_BUSY',
  details: { session: 's', expected, found, reason: `it ends at ${found}, not at ${expected}` },
});
const unknown = { code: 'RUSTIC_SESSION_UNKNOWN', details: { session: 'nope' } };

/** What creating, appending, updating and deleting promise. */
export const writing = [
  rule('create-info', 'returns what was created, empty, with UTC times, and get agrees', async (store) => {
    const given = session('s', { title: 'T', project: '/w', tags: ['a', 'b'] });
    const info = await store.create(given);
    const { createdAt, updatedAt, ...rest } = info;
    assert.deepEqual(rest, { ...given, entries: 0 });
    assert.match(createdAt, iso);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(await store.get('s'), info);
  }),
  rule('create-absent', 'leaves absent what was not given', async (store) => {
    const keys = ['agent', 'createdAt', 'entries', 'id', 'tags', 'updatedAt'];
    assert.deepEqual(Object.keys(await store.create(session('s'))).sort(), keys);
    assert.deepEqual(Object.keys((await store.get('s')) ?? {}).sort(), keys);
  }),
  rule('create-existing', 'refuses an id that is taken and keeps what is there', async (store) => {
    await store.create(session('s', { title: 'first' }));
    await assert.rejects(store.create(session('s')), { code: 'RUSTIC_SESSION_EXISTS', details: { session: 's' } });
    assert.equal((await store.get('s'))?.title, 'first');
  }),
  rule('get-unknown', 'answers undefined for a session it does not have', async (store) => {
    assert.equal(await store.get('nope'), undefined);
  }),
  rule('append-sequence', 'numbers entries from 1 without gaps and returns the last number', async (store) => {
    await store.create(session('s'));
    assert.equal(await store.append('s', [entry('a'), entry('b')]), 2);
    assert.equal(await store.append('s', [entry('c')]), 3);
    assert.deepEqual(seqs(await store.read('s', {})), [1, 2, 3]);
  }),
  rule('append-per-session', 'numbers every session by itself', async (store) => {
    await store.create(session('s'));
    await store.create(session('t'));
    await store.append('s', [entry('a')]);
    assert.equal(await store.append('t', [entry('b')]), 1);
    assert.deepEqual(ids(await store.read('t', {})), ['b']);
  }),
  rule('append-nothing', 'adds nothing for an empty list and returns where the session ends', async (store) => {
    await store.create(session('s'));
    assert.equal(await store.append('s', []), 0);
    await store.append('s', [entry('a')]);
    assert.equal(await store.append('s', []), 1);
  }),
  rule('append-all-or-none', 'adds no entry when one of them can not be written', async (store) => {
    await store.create(session('s'));
    const notJson = { big: 1n } as unknown as Json;
    await assert.rejects(async () => store.append('s', [entry('a'), entry('b', notJson)]));
    assert.deepEqual(await store.read('s', {}), []);
    assert.equal(await store.append('s', [entry('c')]), 1);
  }),
  rule('append-expected', 'refuses a wrong expectedSeq, 0 included, and adds nothing', async (store) => {
    await store.create(session('s'));
    await assert.rejects(store.append('s', [entry('x')], 4), busy(4, 0));
    assert.equal(await store.append('s', [entry('a')], 0), 1);
    await assert.rejects(store.append('s', [entry('x')], 0), busy(0, 1));
    assert.equal(await store.append('s', [entry('b')], 1), 2);
    assert.deepEqual(ids(await store.read('s', {})), ['a', 'b']);
  }),
  rule('append-race', 'lets exactly one of two appends with the same expectedSeq win', async (store) => {
    await store.create(session('s'));
    const both = await Promise.allSettled(['a', 'b'].map((id) => store.append('s', [entry(id)], 0)));
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await store.read('s', {})).length, 1);
  }),
  rule(
    'append-concurrent',
    'serialises concurrent appends: no gap, no duplicate, each kept together',
    async (store) => {
      await store.create(session('s'));
      const groups = Array.from({ length: 25 }, (_, group) => [`${group}.0`, `${group}.1`]);
      const ends = await Promise.all(
        groups.map((group) =>
          store.append(
            's',
            group.map((id) => entry(id)),
          ),
        ),
      );
      const all = await store.read('s', {});
      assert.deepEqual(
        seqs(all),
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      for (const [index, group] of groups.entries())
        assert.deepEqual(ids(all.slice((ends[index] ?? 0) - 2, ends[index])), group);
    },
  ),
  rule('unknown-session', 'refuses to append to, read or update a session it does not have', async (store) => {
    await assert.rejects(store.append('nope', [entry('a')]), unknown);
    await assert.rejects(store.append('nope', [entry('a')], 3), unknown);
    await assert.rejects(store.read('nope', {}), unknown);
    await assert.rejects(store.update('nope', { title: 'x' }), unknown);
  }),
  rule('info-entries', 'counts the entries of a session', async (store) => {
    await store.create(session('s'));
    await store.append('s', [entry('a'), entry('b')]);
    assert.equal((await store.get('s'))?.entries, 2);
    assert.equal((await store.list({}))[0]?.entries, 2);
  }),
  rule('info-updated', 'moves updatedAt, and not createdAt, on append and update', async (store) => {
    const created = await store.create(session('s'));
    await tick();
    await store.append('s', [entry('a')]);
    const appended = await store.get('s');
    await tick();
    await store.update('s', { title: 'x' });
    const updated = await store.get('s');
    const times = [created.updatedAt, appended?.updatedAt ?? '', updated?.updatedAt ?? ''];
    for (const time of times) assert.match(time, iso);
    assert.deepEqual([...new Set(times)].sort(), times);
    assert.equal(updated?.createdAt, created.createdAt);
  }),
  rule('update-given', 'changes what is given and nothing else', async (store) => {
    await store.create(session('s', { title: 'T', project: '/w', tags: ['a'] }));
    const changed = { id: 's', agent: 'main', title: 'U', tags: ['a'], project: '/w', entries: 0 };
    const got = async () => {
      const { createdAt: _, updatedAt: __, ...rest } = (await store.get('s')) ?? { createdAt: '', updatedAt: '' };
      return rest;
    };
    await store.update('s', { title: 'U' });
    assert.deepEqual(await got(), changed);
    await store.update('s', { tags: ['b', 'c'] });
    assert.deepEqual(await got(), { ...changed, tags: ['b', 'c'] });
  }),
  rule('delete', 'deletes a session with its entries, and deletes nothing twice without an error', async (store) => {
    await store.create(session('s'));
    await store.create(session('t'));
    await store.append('s', [entry('a')]);
    await store.append('t', [entry('b')]);
    for (const id of ['s', 's', 'nope']) await store.delete(id);
    assert.equal(await store.get('s'), undefined);
    assert.deepEqual(ids(await store.list({})), ['t']);
    await store.create(session('s'));
    assert.deepEqual(await store.read('s', {}), []);
    assert.equal(await store.append('s', [entry('c')]), 1);
  }),
];
