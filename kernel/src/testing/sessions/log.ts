import { strict as assert } from 'node:assert';
import { iso } from '../session-store/given.js';
import { bodies, call, infoOf, kept, result, said, sessionsRule, text, user } from './given.js';

/** One session: how it begins, is found and grows. */
export const logRules = [
  sessionsRule('create', 'begins a session that is what was asked for, and lists it', async (sessions) => {
    const given = { agent: 'main', title: 'Mine', project: '/p', tags: ['a'] };
    const { info } = await sessions.create(given);
    const { id, createdAt, updatedAt, ...rest } = info;
    assert.deepEqual(rest, { ...given, entries: 0 });
    assert.match(id, /\S/);
    for (const time of [createdAt, updatedAt]) assert.match(time, iso);
    assert.deepEqual(await sessions.list({ project: '/p' }), [info]);
    assert.notEqual((await sessions.create(given)).info.id, id);
  }),
  sessionsRule(
    'append',
    'appends entries one after the other, each with the one before as its parent',
    async (sessions) => {
      const log = await sessions.create({ agent: 'main' });
      await log.append([user('One.'), { type: 'note', body: { n: [1, null] } }]);
      await log.append([user('Two.')]);
      const entries = await log.entries();
      assert.deepEqual(bodies(entries), [user('One.').body, { n: [1, null] }, user('Two.').body]);
      assert.deepEqual(
        entries.map(({ seq, session }) => [seq, session]),
        [1, 2, 3].map((seq) => [seq, log.info.id]),
      );
      const ids = entries.map(({ id }) => id);
      assert.equal(new Set(ids).size, 3);
      assert.deepEqual(
        entries.map(({ parent }) => parent),
        [undefined, ...ids.slice(0, -1)],
      );
      for (const { ts } of entries) assert.match(ts, iso);
      assert.equal(log.info.entries, 3);
    },
  ),
  sessionsRule('open', 'opens a session by its id and by a beginning that only it has', async (sessions) => {
    for (const id of ['20260101-one', '20260101-two']) await sessions.restore(infoOf(id), kept(user(id)));
    for (const beginning of ['20260101-two', '20260101-t'])
      assert.equal((await sessions.open(beginning)).info.id, '20260101-two');
    assert.deepEqual(bodies(await (await sessions.open('20260101-o')).entries()), [user('20260101-one').body]);
  }),
  sessionsRule('unknown', 'refuses a beginning that none or several sessions have', async (sessions) => {
    for (const id of ['20260101-one', '20260101-two']) await sessions.restore(infoOf(id), []);
    for (const beginning of ['2027', '', 'one'])
      await assert.rejects(sessions.open(beginning), { code: 'RUSTIC_SESSION_UNKNOWN' });
    await assert.rejects(sessions.open('20260101-'), { code: 'RUSTIC_SESSION_PREFIX' });
    await assert.rejects(sessions.delete('20260101-'), { code: 'RUSTIC_SESSION_PREFIX' });
    assert.equal((await sessions.list({})).length, 2);
  }),
  sessionsRule('messages', 'gives the messages of a session in order, and nothing else of it', async (sessions) => {
    const log = await sessions.create({ agent: 'main' });
    const answer = said('assistant', text('I look.'), call('a'));
    await log.append([user('Go.'), { type: 'label', body: 'x' }, answer]);
    await log.append([said('tool', result('a')), said('assistant', text('Done.'))]);
    assert.deepEqual(await log.messages(), [
      user('Go.').body,
      answer.body,
      { role: 'tool', parts: [result('a')] },
      said('assistant', text('Done.')).body,
    ]);
  }),
  sessionsRule('interrupted', 'has a result for every tool call: one that ended early says so', async (sessions) => {
    const log = await sessions.create({ agent: 'main' });
    await log.append([said('assistant', call('a'), call('b'), call('c')), { type: 'intent', body: { call: 'b' } }]);
    await log.append([said('tool', result('a')), user('And now?')]);
    const results = (await log.messages()).flatMap(({ parts }) =>
      parts.flatMap((part) => (part.type === 'tool_result' ? [[part.id, part.error?.code]] : [])),
    );
    assert.deepEqual(results, [
      ['a', undefined],
      ['b', 'RUSTIC_TOOL_UNKNOWN'],
      ['c', 'RUSTIC_TOOL_INTERRUPTED'],
    ]);
    assert.deepEqual((await log.messages()).at(-1), user('And now?').body);
  }),
  sessionsRule(
    'busy',
    'refuses to append where another one wrote meanwhile, and goes on once it has read',
    async (sessions) => {
      const one = await sessions.create({ agent: 'main' });
      const other = await sessions.open(one.info.id);
      await one.append([user('One.')]);
      await assert.rejects(other.append([user('Lost.')]), { code: 'RUSTIC_SESSION_BUSY' });
      assert.deepEqual(bodies(await other.entries()), [user('One.').body]);
      await other.append([user('Two.')]);
      assert.deepEqual(bodies(await other.entries()), [user('One.').body, user('Two.').body]);
    },
  ),
  sessionsRule('hold', 'is held by one at a time, and the next one sees what that one wrote', async (sessions) => {
    const one = await sessions.create({ agent: 'main' });
    const other = await sessions.open(one.info.id);
    const held = await one.hold();
    const next = other.hold();
    await one.append([user('One.')]);
    await held.release();
    await held.release();
    const mine = await next;
    await other.append([user('Two.')]);
    const gone = new AbortController();
    const waiting = one.hold(gone.signal);
    gone.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await mine.release();
    assert.equal((await one.entries()).length, 2);
  }),
  sessionsRule('update', 'changes title and tags, and only what is named', async (sessions) => {
    const log = await sessions.create({ agent: 'main', title: 'Old', tags: ['a'] });
    await log.update({ title: 'New' });
    assert.deepEqual([log.info.title, log.info.tags], ['New', ['a']]);
    await log.update({ tags: ['b'] });
    const { info } = await sessions.open(log.info.id);
    assert.deepEqual([info.title, info.tags], ['New', ['b']]);
  }),
];
