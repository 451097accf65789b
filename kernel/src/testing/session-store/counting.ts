import { strict as assert } from 'node:assert';
import type { SessionAccount, SessionStore } from '../../contracts/session.js';
import { entry, rule, session } from './given.js';

const usage = (inputTokens: number) => ({ inputTokens, outputTokens: 1 });
const asked = (id: string, inputTokens: number) =>
  entry(id, { role: 'assistant', parts: [], model: 'm', usage: usage(inputTokens) });
const forked = entry('fork', { forkedFrom: { session: 'a', seq: 1 } });
const brief = (accounts: readonly SessionAccount[]) =>
  accounts.map(({ session: id, seq, told }) => [id, seq, told === 'forked' ? told : told.usage.inputTokens]);
async function fill(store: SessionStore) {
  await store.create(session('b', { project: '/w' }));
  await store.create(session('a'));
  await store.append('b', [entry('1', { text: '"usage"' }), asked('2', 5), entry('3', { usage: 'none', model: 'm' })]);
  await store.append('a', [asked('1', 7), forked, asked('2', 9)]);
}

/** What accounts and sizes promise. */
export const counting = [
  rule('accounts', 'gives what entries tell of usage and forks, by session and sequence', async (store) => {
    assert.deepEqual(await store.accounts({}), []);
    await fill(store);
    const [first] = await store.accounts({});
    const told = { model: 'm', usage: usage(7) };
    assert.deepEqual(first, { session: 'a', seq: 1, ts: '2026-01-02T03:04:05.678Z', told });
    const all = [
      ['a', 1, 7],
      ['a', 2, 'forked'],
      ['a', 3, 9],
      ['b', 2, 5],
    ];
    assert.deepEqual(brief(await store.accounts({})), all);
    await store.append('b', [entry('4', { forkedFrom: null, model: 'm', usage: usage(3) })]);
    assert.deepEqual(brief(await store.accounts({})), [...all, ['b', 4, 'forked']]);
  }),
  rule('accounts-filter', 'gives those of one session or one project', async (store) => {
    await fill(store);
    assert.deepEqual(brief(await store.accounts({ session: 'b' })), [['b', 2, 5]]);
    assert.deepEqual(brief(await store.accounts({ project: '/w' })), [['b', 2, 5]]);
    assert.deepEqual(await store.accounts({ session: 'a', project: '/w' }), []);
  }),
  rule('accounts-deleted', 'gives none of what was deleted', async (store) => {
    await fill(store);
    await store.accounts({});
    await store.delete('a');
    assert.deepEqual(brief(await store.accounts({})), [['b', 2, 5]]);
    await store.create(session('c'));
    await store.append('c', [entry('1'), entry('2'), asked('3', 11)]);
    assert.deepEqual(brief(await store.accounts({})), [
      ['b', 2, 5],
      ['c', 3, 11],
    ]);
  }),
  rule('sizes', 'gives the bytes of the bodies of each session, or of those of one project', async (store) => {
    await store.create(session('s'));
    await store.create(session('empty', { project: '/w' }));
    await store.create(session('t', { project: '/w' }));
    const bodies = ['ü \u0000 \ud800', { a: [1, null] }];
    await store.append(
      's',
      bodies.map((body, index) => entry(`${index}`, body)),
    );
    await store.append('t', [entry('1', 'x')]);
    const bytes = bodies.reduce((sum: number, body) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
    assert.deepEqual(
      [...(await store.sizes({}))].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ['empty', 0],
        ['s', bytes],
        ['t', 3],
      ],
    );
    assert.deepEqual([...(await store.sizes({ project: '/w' })).keys()].toSorted(), ['empty', 't']);
  }),
];
