import { strict as assert } from 'node:assert';
import type { NewSessionEntry, SessionStore } from '../../contracts/session.js';
import type { Json } from '../../errors.js';
import { entry, ids, rule, session, tick } from './given.js';

const found = async (store: SessionStore, query: string, filter: Parameters<SessionStore['search']>[1] = {}) =>
  (await store.search(query, filter)).map((hit) => hit.entry.id);

/** What reading, listing and searching promise. */
export const reading = [
  rule('read-fields', 'reads every field as it was appended, and no others', async (store) => {
    await store.create(session('s'));
    const added: NewSessionEntry[] = [
      { ...entry('a'), type: 'message', body: { role: 'user', parts: [] } },
      { ...entry('b', null, 'a'), type: 'receipt', ts: '2025-01-01T00:00:00.000Z' },
    ];
    await store.append('s', added);
    const expected = added.map((one, index) => ({ session: 's', seq: index + 1, ...one }));
    assert.deepEqual(await store.read('s', {}), expected);
  }),
  rule('read-from', 'reads from a sequence number, itself included', async (store) => {
    await store.create(session('s'));
    await store.append(
      's',
      ['a', 'b', 'c'].map((id) => entry(id)),
    );
    assert.deepEqual(ids(await store.read('s', { from: 2 })), ['b', 'c']);
    assert.deepEqual(await store.read('s', { from: 4 }), []);
  }),
  rule('read-last', 'reads the newest entries, in order', async (store) => {
    await store.create(session('s'));
    await store.append(
      's',
      ['a', 'b', 'c'].map((id) => entry(id)),
    );
    assert.deepEqual(ids(await store.read('s', { last: 2 })), ['b', 'c']);
    assert.deepEqual(ids(await store.read('s', { last: 9 })), ['a', 'b', 'c']);
    assert.deepEqual(await store.read('s', { last: 0 }), []);
  }),
  rule('read-leaf', 'reads an entry and its ancestors only', async (store) => {
    await store.create(session('s'));
    const tree: [string, string?][] = [['a'], ['b', 'a'], ['c', 'a'], ['d', 'b'], ['e', 'c']];
    await store.append(
      's',
      tree.map(([id, parent]) => entry(id, null, parent)),
    );
    assert.deepEqual(ids(await store.read('s', { leaf: 'd' })), ['a', 'b', 'd']);
    assert.deepEqual(ids(await store.read('s', { leaf: 'e', last: 2 })), ['c', 'e']);
    assert.deepEqual(await store.read('s', { leaf: 'nope' }), []);
  }),
  rule('body-json', 'gives every JSON body back equal', async (store) => {
    await store.create(session('s'));
    const bodies: Json[] = [
      null,
      true,
      0,
      -1.5e-7,
      2 ** 53 - 1,
      '',
      'ünïcödé 漢字 🦀 \u0000 \ud800 \u2028 "\\',
      [],
      {},
      '{"a":1}',
      '123',
      { deep: [[{ a: { b: [null, [1, '2']] } }]], '': 0, 'key with "quotes"': [] },
    ];
    await store.append(
      's',
      bodies.map((body, index) => entry(`e${index}`, body)),
    );
    assert.deepEqual(
      (await store.read('s', {})).map(({ body }) => body),
      bodies,
    );
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async (store) => {
    const tags = ['a'];
    const body = { list: [1] };
    await store.create(session('s', { tags }));
    await store.append('s', [entry('a', body)]);
    tags.push('b');
    body.list.push(2);
    const [first] = await store.read('s', {});
    assert.deepEqual((await store.get('s'))?.tags, ['a']);
    assert.deepEqual(first?.body, { list: [1] });
    const got = first?.body as { list: number[] };
    if (!Object.isFrozen(got.list)) got.list.push(3);
    assert.deepEqual((await store.read('s', {}))[0]?.body, { list: [1] });
  }),
  rule('list-order', 'lists the last updated session first, then by id', async (store) => {
    for (const id of ['b', 'a', 'c']) await store.create(session(id));
    await tick();
    await store.append('a', [entry('x')]);
    await tick();
    await store.update('b', { title: 'x' });
    assert.deepEqual(ids(await store.list({})), ['b', 'a', 'c']);
  }),
  rule('list-filter', 'lists by project, agent and tag, all of which must fit', async (store) => {
    await store.create(session('p', { project: '/w', tags: ['x', 'y'] }));
    await store.create(session('q', { project: '/v', agent: 'other', tags: ['x'] }));
    await store.create(session('r'));
    assert.deepEqual(ids(await store.list({ project: '/w' })), ['p']);
    assert.deepEqual(ids(await store.list({ agent: 'other' })), ['q']);
    assert.deepEqual(ids(await store.list({ tag: 'x' })).sort(), ['p', 'q']);
    assert.deepEqual(ids(await store.list({ tag: 'x', agent: 'main' })), ['p']);
    assert.deepEqual(await store.list({ tag: 'x"' }), []);
  }),
  rule('list-before', 'lists only what was updated before a time', async (store) => {
    await store.create(session('old'));
    await tick();
    const { updatedAt } = await store.create(session('new'));
    assert.deepEqual(ids(await store.list({ before: updatedAt })), ['old']);
    assert.equal((await store.list({ before: '9999-01-01T00:00:00Z' })).length, 2);
  }),
  rule('list-limit', 'lists at most limit sessions, 100 without one', async (store) => {
    for (let index = 0; index < 101; index++) await store.create(session(`s${index}`));
    assert.equal((await store.list({})).length, 100);
    assert.equal((await store.list({ limit: 2 })).length, 2);
    assert.equal((await store.list({ limit: 1000 })).length, 101);
  }),
  rule('search-words', 'finds entries that contain every word, in any case and order', async (store) => {
    await store.create(session('s'));
    const texts = ['the quick brown fox', 'a Brown dog', 'quicksand'];
    await store.append(
      's',
      texts.map((text, index) => entry(`e${index}`, { parts: [{ type: 'text', text }] })),
    );
    assert.deepEqual(await found(store, 'BROWN quick'), ['e0']);
    assert.deepEqual((await found(store, 'brown')).sort(), ['e0', 'e1']);
    assert.deepEqual(await found(store, 'brown cat'), []);
    assert.deepEqual(await found(store, '  '), []);
  }),
  rule('search-entry', 'gives the whole entry and a snippet around the word', async (store) => {
    await store.create(session('s'));
    await store.append('s', [entry('a', { text: `${'before '.repeat(200)}needle${' after'.repeat(200)}` }, 'root')]);
    const [hit] = await store.search('needle', {});
    assert.deepEqual([hit?.entry], await store.read('s', {}));
    assert.match(hit?.snippet ?? '', /needle/);
    assert.ok((hit?.snippet.length ?? 0) < 400);
  }),
  rule('search-order', 'finds the newest first, at most limit, 20 without one', async (store) => {
    await store.create(session('s'));
    await store.create(session('t'));
    for (let index = 0; index < 21; index++) await store.append(index % 2 ? 's' : 't', [entry(`e${index}`, 'word')]);
    const newest = Array.from({ length: 21 }, (_, index) => `e${20 - index}`);
    assert.deepEqual(await found(store, 'word'), newest.slice(0, 20));
    assert.deepEqual(await found(store, 'word', { limit: 2 }), newest.slice(0, 2));
    assert.deepEqual(await found(store, 'word', { limit: 99 }), newest);
  }),
  rule('search-filter', 'searches one session or one project', async (store) => {
    await store.create(session('s', { project: '/w' }));
    await store.create(session('t', { project: '/v' }));
    await store.append('s', [entry('a', 'word')]);
    await store.append('t', [entry('b', 'word')]);
    assert.deepEqual(await found(store, 'word', { session: 's' }), ['a']);
    assert.deepEqual(await found(store, 'word', { project: '/v' }), ['b']);
    assert.deepEqual(await found(store, 'word', { session: 's', project: '/v' }), []);
  }),
  rule('search-deleted', 'does not find what was deleted', async (store) => {
    await store.create(session('s'));
    await store.append('s', [entry('a', 'word')]);
    await store.delete('s');
    assert.deepEqual(await found(store, 'word'), []);
    await store.create(session('s'));
    await store.append('s', [entry('b', 'other')]);
    assert.deepEqual(await found(store, 'word'), []);
  }),
  rule('search-data', 'takes every character of a query as data, never as syntax', async (store) => {
    await store.create(session('s'));
    await store.append('s', [entry('a', 'call fs-read now'), entry('b', 'plain words')]);
    for (const query of ['"', "'", '(', '*', '^', ':', '-', '%', '_', '{', '\u0000', 'body:', "'; drop table x; --"])
      assert.deepEqual(await found(store, query), [], JSON.stringify(query));
    for (const query of ['plai*', 'words OR call', 'NOT plain', 'NEAR(plain words)', 'pla%', 'text:call'])
      assert.deepEqual(await found(store, query), [], query);
    assert.deepEqual(await found(store, 'fs-read'), ['a']);
    assert.deepEqual(await found(store, '"plain" (words)'), ['b']);
  }),
];
