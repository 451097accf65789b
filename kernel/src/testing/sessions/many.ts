import { strict as assert } from 'node:assert';
import { ids } from '../session-store/given.js';
import { at, bodies, infoOf, kept, sessionsRule, spent, user } from './given.js';

const priced = { inputTokens: 10, outputTokens: 2, costUsd: 0.5 };
const unpriced = { inputTokens: 1, outputTokens: 1 };

/** Many sessions: found, copied, put in, counted and deleted. */
export const manyRules = [
  sessionsRule('search', 'finds what was said, also within a session named by its beginning', async (sessions) => {
    for (const id of ['s-1', 't-1']) await sessions.restore(infoOf(id), kept(user(`A walrus of ${id}.`), user('No.')));
    assert.equal((await sessions.search('walrus', {})).length, 2);
    const found = await sessions.search('walrus', { session: 's' });
    assert.deepEqual(
      found.map(({ entry }) => [entry.session, entry.seq]),
      [['s-1', 1]],
    );
  }),
  sessionsRule(
    'fork',
    'copies a session up to an entry into a new one, and leaves the old one alone',
    async (sessions) => {
      await sessions.restore({ ...infoOf('s-1'), project: '/p' }, kept(user('One.'), user('Two.'), user('Three.')));
      const fork = await sessions.fork('s', { at: 2 });
      assert.notEqual(fork.info.id, 's-1');
      assert.deepEqual([fork.info.agent, fork.info.project], ['main', '/p']);
      await fork.append([user('Else.')]);
      const [one, two, note, other] = await fork.entries();
      assert.deepEqual(
        bodies([one!, two!, other!]),
        ['One.', 'Two.', 'Else.'].map((words) => user(words).body),
      );
      assert.deepEqual([note?.type, note?.body], ['note', { forkedFrom: { session: 's-1', seq: 2 } }]);
      assert.equal((await (await sessions.open('s-1')).entries()).length, 3);
    },
  ),
  sessionsRule('fork-path', 'leaves out of a fork what is no ancestor of its entry', async (sessions) => {
    const [one, two, three] = kept(user('One.'), user('Sibling.'), user('Three.'));
    await sessions.restore(infoOf('s-1'), [one!, two!, { ...three!, parent: one!.id }]);
    const whole = bodies(await (await sessions.fork('s-1')).entries());
    assert.deepEqual(whole.slice(0, -1), [user('One.').body, user('Three.').body]);
  }),
  sessionsRule('fork-entry', 'refuses to fork at an entry that is not there, and makes nothing', async (sessions) => {
    await sessions.restore(infoOf('s-1'), kept(user('One.')));
    for (const wrong of [0, 2])
      await assert.rejects(sessions.fork('s-1', { at: wrong }), { code: 'RUSTIC_SESSION_ENTRY' });
    assert.deepEqual(ids(await sessions.list({})), ['s-1']);
  }),
  sessionsRule('restore', 'puts in a whole session as it was, and none over another', async (sessions) => {
    const entries = kept(user('One.'), user('Two.'));
    const info = { ...infoOf('s-1', { updatedAt: at(2) }), title: 'Old' };
    await sessions.restore(info, entries);
    const log = await sessions.open('s-1');
    assert.deepEqual(log.info, { ...info, entries: 2 });
    assert.deepEqual(
      await log.entries(),
      entries.map((entry, index) => ({ ...entry, session: 's-1', seq: index + 1 })),
    );
    await assert.rejects(sessions.restore(info, []), { code: 'RUSTIC_SESSION_EXISTS' });
    assert.equal((await log.entries()).length, 2);
  }),
  sessionsRule('delete', 'deletes a session named by its beginning, and says which', async (sessions) => {
    for (const id of ['s-1', 't-1']) await sessions.restore(infoOf(id), []);
    assert.equal((await sessions.delete('s')).id, 's-1');
    assert.deepEqual(ids(await sessions.list({})), ['t-1']);
    await assert.rejects(sessions.delete('s'), { code: 'RUSTIC_SESSION_UNKNOWN' });
  }),
  sessionsRule(
    'prune',
    'deletes what is over a limit, the newest stay, and only says so in a dry run',
    async (sessions) => {
      for (const day of [1, 2, 3, 4])
        await sessions.restore(infoOf(`s-${day}`, { updatedAt: at(day), project: '/p' }), kept(user('x'.repeat(100))));
      await sessions.restore(infoOf('other', { project: '/q' }), []);
      const project = '/p';
      assert.deepEqual(ids(await sessions.prune({ project, before: at(2), dryRun: true })), ['s-1']);
      assert.deepEqual(ids(await sessions.prune({ project, maxBytes: 400, dryRun: true })), ['s-2', 's-1']);
      assert.equal((await sessions.list({})).length, 5);
      assert.deepEqual(ids(await sessions.prune({ project, keep: 2 })), ['s-2', 's-1']);
      assert.deepEqual(ids(await sessions.list({})), ['s-4', 's-3', 'other']);
    },
  ),
  sessionsRule(
    'usage',
    'adds up by session, day and model what models took, and counts calls without a price',
    async (sessions) => {
      const first = kept(user('Go.'), spent('a', priced), spent('a', unpriced), spent('b', priced));
      await sessions.restore(
        infoOf('s-1'),
        first.map((entry) => ({ ...entry, ts: at(1) })),
      );
      await sessions.restore(infoOf('s-2', { project: '/p' }), kept(spent('a', priced), spent('a', priced)));
      const row = (session: string, day: string, model: string) => ({ session, day, model, calls: 1, unpriced: 0 });
      const both = { inputTokens: 11, outputTokens: 3, costUsd: 0.5 };
      const wanted = [
        { ...row('s-1', '2026-01-01', 'a'), calls: 2, unpriced: 1, usage: both },
        { ...row('s-1', '2026-01-01', 'b'), usage: priced },
        { ...row('s-2', '2026-01-01', 'a'), usage: priced },
        { ...row('s-2', '2026-01-02', 'a'), usage: priced },
      ];
      assert.deepEqual(await sessions.usage({}), wanted);
      assert.deepEqual(await sessions.usage({ session: 's-1' }), wanted.slice(0, 2));
      assert.deepEqual(await sessions.usage({ project: '/p', since: at(2) }), wanted.slice(3));
      assert.deepEqual(await sessions.usage({ project: '/p', before: at(2) }), wanted.slice(2, 3));
    },
  ),
  sessionsRule('usage-fork', 'counts what a fork copied where it was said', async (sessions) => {
    await sessions.restore(infoOf('s-1'), kept(user('Go.'), spent('a', priced)));
    const fork = await sessions.fork('s-1');
    assert.deepEqual(await sessions.usage({ session: fork.info.id }), []);
    await fork.append([spent('a', unpriced)]);
    const [row, ...others] = await sessions.usage({ session: fork.info.id });
    assert.deepEqual([row?.usage, row?.calls, others], [unpriced, 1, []]);
  }),
];
