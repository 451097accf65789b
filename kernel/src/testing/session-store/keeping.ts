import { strict as assert } from 'node:assert';
import type { NewSessionEntry, SessionInfo } from '../../contracts/session.js';
import type { Json } from '../../errors.js';
import { entry, ids, rule, session, tick } from './given.js';

const whole: SessionInfo = {
  id: 's',
  title: 'T',
  agent: 'main',
  project: '/w',
  tags: ['a'],
  createdAt: '2024-01-02T03:04:05.678Z',
  updatedAt: '2025-01-02T03:04:05.678Z',
  entries: 2,
};
const busy = { code: 'RUSTIC_SESSION_BUSY', details: { session: 's', reason: 'it is at work on it' } };

/** What restoring, holding and names promise. */
export const keeping = [
  rule('restore-whole', 'puts a session in as it was: its id, its times, its entries in order', async (store) => {
    await store.create(session('other'));
    await store.append('other', [entry('x', 'word')]);
    const entries: NewSessionEntry[] = [entry('a', { text: 'word' }), { ...entry('b', null, 'a'), type: 'receipt' }];
    await store.restore(whole, entries);
    assert.deepEqual(await store.get('s'), whole);
    const expected = entries.map((one, index) => ({ session: 's', seq: index + 1, ...one }));
    assert.deepEqual(await store.read('s', {}), expected);
    assert.deepEqual(
      (await store.search('word', {})).map((hit) => hit.entry.id),
      ['a', 'x'],
    );
    assert.equal(await store.append('s', [entry('c')], 2), 3);
  }),
  rule('restore-existing', 'refuses an id that is taken and keeps what is there', async (store) => {
    await store.create(session('s', { title: 'first' }));
    const taken = { code: 'RUSTIC_SESSION_EXISTS', details: { session: 's' } };
    await assert.rejects(store.restore(whole, [entry('a')]), taken);
    assert.equal((await store.get('s'))?.title, 'first');
    assert.deepEqual(await store.read('s', {}), []);
  }),
  rule('restore-all-or-none', 'restores nothing when one of the entries can not be written', async (store) => {
    const notJson = { big: 1n } as unknown as Json;
    await assert.rejects(async () => store.restore(whole, [entry('a'), entry('b', notJson)]));
    assert.equal(await store.get('s'), undefined);
    await store.restore(whole, [entry('c')]);
    assert.deepEqual(ids(await store.read('s', {})), ['c']);
  }),
  rule('names', 'refuses names that hold a zero or a lone surrogate, and changes nothing', async (store) => {
    await store.create(session('s', { title: 'T' }));
    const code = 'RUSTIC_STORAGE_TEXT';
    for (const bad of ['a\0b', 'a\ud800']) {
      await assert.rejects(async () => store.create(session(bad)), { code });
      await assert.rejects(async () => store.restore({ ...whole, id: bad }, []), { code });
      await assert.rejects(async () => store.update('s', { title: bad }), { code });
      await assert.rejects(async () => store.update('s', { tags: ['x', bad] }), { code });
      await assert.rejects(async () => store.append('s', [entry(bad)]), { code });
      assert.equal(await store.get(bad), undefined);
    }
    assert.deepEqual(ids(await store.list({})), ['s']);
    assert.deepEqual([(await store.get('s'))?.title, (await store.get('s'))?.entries], ['T', 0]);
  }),
  rule('names-odd', 'takes every other character of a name literally', async (store) => {
    const odd = ['__proto__', 'constructor', "a'b", 'a"b', '../x', 'ünï 🦀', ' ', '-1', 'x'.repeat(5_000)];
    for (const id of odd) await store.create(session(id, { title: id, tags: [id] }));
    for (const id of odd) {
      await store.append(id, [entry(id, { ['__proto__']: { polluted: id } })]);
      const info = await store.get(id);
      assert.deepEqual([info?.id, info?.title, info?.tags], [id, id, [id]]);
      assert.deepEqual(ids(await store.list({ tag: id })), [id]);
      const [kept] = await store.read(id, {});
      assert.equal(JSON.stringify(kept?.body), JSON.stringify({ ['__proto__']: { polluted: id } }));
    }
    assert.equal(({} as { polluted?: string }).polluted, undefined);
  }),
  rule('search-dates', 'searches entries from a time on and before another', async (store) => {
    await store.create(session('s'));
    const days = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'];
    await store.append(
      's',
      days.map((ts, index) => ({ ...entry(`e${index}`, 'word'), ts })),
    );
    const found = async (filter: { since?: string; before?: string }) =>
      (await store.search('word', filter)).map((hit) => hit.entry.id);
    assert.deepEqual(await found({ since: days[1] ?? '' }), ['e2', 'e1']);
    assert.deepEqual(await found({ before: days[1] ?? '' }), ['e0']);
    assert.deepEqual(await found({ since: '2026-01-02T00:00:00Z', before: days[2] ?? '' }), ['e1']);
  }),
  rule('hold-alone', 'lets one hold a session, until it releases, and appends go on', async (store) => {
    await store.create(session('s'));
    const first = await store.hold('s', { waitMs: 0 });
    await assert.rejects(store.hold('s', { waitMs: 0 }), busy);
    await assert.rejects(store.hold('s', { waitMs: 30 }), busy);
    assert.equal(await store.append('s', [entry('a')]), 1);
    await (await store.hold('t', { waitMs: 0 })).release();
    await first.release();
    const second = await store.hold('s', { waitMs: 0 });
    await first.release();
    await assert.rejects(store.hold('s', { waitMs: 0 }), busy);
    await second.release();
  }),
  rule('hold-waits', 'lets who waits hold the session once it is released, or stop waiting', async (store) => {
    const first = await store.hold('s', { waitMs: 0 });
    const stop = new AbortController();
    const stopped = store.hold('s', { waitMs: 60_000, signal: stop.signal });
    const order: string[] = [];
    const second = store.hold('s', { waitMs: 60_000 }).then((hold) => (order.push('held'), hold));
    stop.abort(new Error('enough'));
    const release = tick().then(() => (order.push('release'), first.release()));
    const [ended, held] = await Promise.allSettled([stopped, second, release]);
    assert.equal(ended.status === 'rejected' && ended.reason.message, 'enough');
    assert.ok(held.status === 'fulfilled');
    await held.value.release();
    assert.deepEqual(order, ['release', 'held']);
  }),
];
