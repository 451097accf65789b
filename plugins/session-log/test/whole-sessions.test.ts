import type { Json, SessionEntry } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it, onTestFinished } from 'vitest';

const noon = Date.parse('2026-03-04T12:00:00Z');
async function start(options: { readonly waitMs?: number } = {}) {
  const clock = { at: noon };
  const kernel = await createTestKernel({ plugins: [memory, [sessionLog, options]], host: { now: () => clock.at } });
  onTestFinished(() => kernel.dispose());
  return { clock, sessions: await kernel.service('session'), store: await kernel.service('session.store') };
}
const user = (text: string) => ({
  type: 'message' as const,
  body: { role: 'user', parts: [{ type: 'text', text }] } as Json,
});
const spent = (model: string, costUsd?: number) => ({
  type: 'message' as const,
  body: {
    role: 'assistant',
    parts: [],
    model,
    usage: { inputTokens: 10, outputTokens: 2, ...(costUsd !== undefined && { costUsd }) },
  } as Json,
});
const bodies = (entries: readonly SessionEntry[]) => entries.map(({ body }) => body);

describe('a fork', () => {
  it('has the history up to an entry, and goes its own way', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main', project: '/w', tags: ['x'] });
    await log.append([user('one'), user('two'), user('three')]);
    const fork = await sessions.fork(log.info.id.slice(0, -1), { at: 2 });
    expect(fork.info).toMatchObject({ title: 'one', agent: 'main', project: '/w', tags: ['x'], entries: 3 });
    await fork.append([user('else')]);
    const from = { forkedFrom: { session: log.info.id, seq: 2 } };
    const entries = await fork.entries();
    expect(bodies(entries)).toEqual([user('one').body, user('two').body, from, user('else').body]);
    expect(entries.map(({ parent }) => parent)).toEqual([undefined, ...entries.slice(0, -1).map(({ id }) => id)]);
    expect(await fork.messages()).toEqual([user('one').body, user('two').body, user('else').body]);
    expect(bodies(await log.entries())).toEqual(['one', 'two', 'three'].map((text) => user(text).body));
  });

  it('of the last entry is the default, and of nothing is empty', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    expect((await sessions.fork(log.info.id)).info.entries).toBe(1);
    await log.append([user('one')]);
    const fork = await sessions.fork(log.info.id);
    expect(await fork.messages()).toEqual([user('one').body]);
  });

  it('takes the ancestors of the entry along, and not its siblings', async () => {
    const { sessions, store } = await start();
    await store.create({ id: 's', agent: 'main', tags: [] });
    const tree: [string, string?][] = [['a'], ['b', 'a'], ['c', 'a'], ['d', 'b']];
    const ts = '2026-01-01T00:00:00.000Z';
    const entries = tree.map(([id, parent]) => ({
      id,
      ...(parent && { parent }),
      ts,
      type: 'note' as const,
      body: id,
    }));
    await store.append('s', entries);
    expect(bodies(await (await sessions.fork('s', { at: 4 })).entries()).slice(0, -1)).toEqual(['a', 'b', 'd']);
  });

  it('of an entry that is not there is refused', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    const session = log.info.id;
    const missing = { code: 'RUSTIC_SESSION_ENTRY', details: { session, at: 1 } };
    await expect(sessions.fork(session, { at: 1 })).rejects.toMatchObject(missing);
    expect(await sessions.list({})).toHaveLength(1);
  });
});

describe('pruning', () => {
  async function three() {
    const { clock, sessions, store } = await start();
    const ids: string[] = [];
    for (const [index, project] of ['/w', '/w', '/v'].entries()) {
      clock.at = noon + index * 86_400_000;
      const log = await sessions.create({ agent: 'main', project });
      await log.append([user('x'.repeat(1_000))]);
      ids.push(log.info.id);
    }
    const [a = '', b = '', c = ''] = ids;
    const left = async () => (await sessions.list({})).map(({ id }) => id);
    return { sessions, store, a, b, c, left };
  }
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

  it('by age, by count and by size deletes what is over the limit, the oldest', async () => {
    for (const [limits, gone] of [
      [{ before: '2026-03-05T12:00:00Z' }, 1],
      [{ keep: 1 }, 2],
      [{ keep: 2, before: '2026-03-06T00:00:00Z' }, 2],
      [{ maxBytes: 2_500 }, 1],
      [{ maxBytes: 0 }, 3],
      [{}, 0],
    ] as const) {
      const { sessions, a, b, c, left } = await three();
      const all = [c, b, a];
      expect(ids(await sessions.prune({ ...limits, dryRun: true }))).toEqual(all.slice(3 - gone));
      expect(await left()).toEqual(all);
      expect(ids(await sessions.prune(limits))).toEqual(all.slice(3 - gone));
      expect(await left()).toEqual(all.slice(0, 3 - gone));
    }
  });

  it('of one project leaves the others alone', async () => {
    const { sessions, a, b, c, left } = await three();
    expect(ids(await sessions.prune({ project: '/w', keep: 0 }))).toEqual([b, a]);
    expect(await left()).toEqual([c]);
  });

  it('and deleting leave a session that somebody is at work on', async () => {
    const { sessions, a, b, c, left } = await three();
    const held = await (await sessions.open(b)).hold();
    expect(ids(await sessions.prune({ keep: 0 }))).toEqual([c, a]);
    await expect(sessions.delete(b)).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY', details: { session: b } });
    await held.release();
    expect((await sessions.delete(b.slice(0, -2))).id).toBe(b);
    expect(await left()).toEqual([]);
  });
});

describe('usage', () => {
  it('is summed by session, day and model; what a fork copied counts once', async () => {
    const { clock, sessions } = await start();
    const log = await sessions.create({ agent: 'main', project: '/w' });
    await log.append([user('a'), spent('m/a', 0.5), spent('m/a'), spent('m/b', 0.25)]);
    clock.at += 86_400_000;
    const fork = await sessions.fork(log.info.id);
    await fork.append([spent('m/a', 1), { type: 'note', body: { model: 'm/a', usage: 'none' } }]);
    const of = (session: string, day: string, model: string) => ({ session, day, model });
    const first = { ...of(log.info.id, '2026-03-04', 'm/a'), calls: 2, unpriced: 1 };
    const rows = [
      { ...first, usage: { inputTokens: 20, outputTokens: 4, costUsd: 0.5 } },
      {
        ...of(log.info.id, '2026-03-04', 'm/b'),
        calls: 1,
        unpriced: 0,
        usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.25 },
      },
      {
        ...of(fork.info.id, '2026-03-05', 'm/a'),
        calls: 1,
        unpriced: 0,
        usage: { inputTokens: 10, outputTokens: 2, costUsd: 1 },
      },
    ];
    expect(await sessions.usage({})).toEqual(rows);
    expect(await sessions.usage({ session: fork.info.id })).toEqual(rows.slice(2));
    expect(await sessions.usage({ before: '2026-03-05T00:00:00Z' })).toEqual(rows.slice(0, 2));
    expect(await sessions.usage({ since: '2026-03-05T00:00:00Z', project: '/w' })).toEqual(rows.slice(2));
    expect(await sessions.usage({ project: '/v' })).toEqual([]);
  });
});

describe('a held session', () => {
  it('is waited for, and who gets it goes on from what was written meanwhile', async () => {
    const { sessions } = await start();
    const first = await sessions.create({ agent: 'main' });
    const held = await first.hold();
    const second = await sessions.open(first.info.id);
    const waiting = second.hold();
    await first.append([user('one')]);
    await held.release();
    const next = await waiting;
    await second.append([user('two')]);
    await next.release();
    expect(await second.messages()).toEqual([user('one').body, user('two').body]);
  });

  it('is a coded refusal when it takes longer than "waitMs"', async () => {
    const { sessions } = await start({ waitMs: 0 });
    const log = await sessions.create({ agent: 'main' });
    await log.hold();
    const reason = 'it is at work on it';
    await expect((await sessions.open(log.info.id)).hold()).rejects.toMatchObject({
      code: 'RUSTIC_SESSION_BUSY',
      details: { session: log.info.id, reason },
    });
  });
});

describe('searching', () => {
  it('takes the beginning of an id, and changing title and tags shows at once', async () => {
    const { sessions } = await start();
    const [a, b] = [await sessions.create({ agent: 'main' }), await sessions.create({ agent: 'main' })];
    for (const log of [a, b]) await log.append([user('needle')]);
    const found = await sessions.search('needle', { session: a.info.id.slice(0, -1) });
    expect(found.map(({ entry }) => entry.session)).toEqual([a.info.id]);
    await b.update({ title: 'T', tags: ['t'] });
    expect(b.info).toMatchObject({ title: 'T', tags: ['t'] });
    expect(await sessions.list({ tag: 't' })).toEqual([b.info]);
  });
});
