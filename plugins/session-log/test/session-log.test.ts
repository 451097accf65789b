import type { Json, Part } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it, onTestFinished } from 'vitest';

const noon = Date.parse('2026-03-04T12:00:00Z');
async function start() {
  const kernel = await createTestKernel({ plugins: [memory, sessionLog], host: { now: () => noon } });
  onTestFinished(() => kernel.dispose());
  return { sessions: await kernel.service('session'), store: await kernel.service('session.store') };
}
const message = (role: string, ...parts: readonly (Part | string)[]) => ({
  type: 'message' as const,
  body: { role, parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)) } as Json,
});
const call = (id: string): Part => ({ type: 'tool_call', id, name: 'fs_read', input: { path: id } });
const result = (id: string): Part => ({ type: 'tool_result', id, output: [{ type: 'text', text: `done ${id}` }] });
const text = 'The run ended before this call finished; it may or may not have taken effect.';
const interrupted = (id: string) => ({
  type: 'tool_result',
  id,
  output: [{ type: 'text', text }],
  error: { code: 'RUSTIC_TOOL_INTERRUPTED', message: text, fix: 'Look at what is there before doing it again.' },
});

describe('a new session', () => {
  it('has an id that begins with its day, and what it was created with', async () => {
    const { sessions } = await start();
    const { info } = await sessions.create({ agent: 'main', project: '/w', tags: ['x'] });
    expect(info.id).toMatch(/^20260304-[0-9a-hjkmnp-tv-z]{8}$/);
    const at = new Date(noon).toISOString();
    const given = { id: info.id, agent: 'main', project: '/w', tags: ['x'] };
    expect(info).toEqual({ ...given, createdAt: at, updatedAt: at, entries: 0 });
    expect(await sessions.list({ project: '/w' })).toEqual([info]);
  });

  it('is named after the first line of its first user message, unless it has a title', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    await log.append([message('system', 'be nice'), message('user', ` \n  Fix\u001b[31m the\tbug \nplease`)]);
    await log.append([message('user', 'another')]);
    expect(log.info).toMatchObject({ title: 'Fix [31m the bug', entries: 3 });
    const titled = await sessions.create({ agent: 'main', title: 'Mine' });
    await titled.append([message('user', 'hello')]);
    expect(titled.info.title).toBe('Mine');
  });

  it('has a title of at most 60 characters, taken from the first message that has text', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    await log.append([message('user', { type: 'image', mediaType: 'image/png', data: 'AAAA' })]);
    expect(log.info.title).toBeUndefined();
    await log.append([message('user', '🦀'.repeat(61))]);
    expect(log.info.title).toBe(`${'🦀'.repeat(59)}…`);
  });
});

describe('opening', () => {
  it('takes a whole id or a unique beginning of one', async () => {
    const { sessions, store } = await start();
    for (const id of ['20260304-aaaa0000', '20260304-abbb0000', '20260304-a'])
      await store.create({ id, agent: 'm', tags: [] });
    expect((await sessions.open('20260304-aa')).info.id).toBe('20260304-aaaa0000');
    expect((await sessions.open('20260304-a')).info.id).toBe('20260304-a');
    await expect(sessions.open('2026')).rejects.toMatchObject({
      code: 'RUSTIC_SESSION_PREFIX',
      details: { session: '2026', matches: ['20260304-a', '20260304-aaaa0000', '20260304-abbb0000'] },
    });
    for (const session of ['2027', ''])
      await expect(sessions.open(session)).rejects.toMatchObject({
        code: 'RUSTIC_SESSION_UNKNOWN',
        details: { session },
      });
  });

  it('finds a beginning among more than a page of sessions', async () => {
    const { sessions, store } = await start();
    for (let index = 0; index < 150; index++) await store.create({ id: `s${1000 + index}`, agent: 'm', tags: [] });
    expect((await sessions.open('s1149')).info.id).toBe('s1149');
  });
});

describe('appending', () => {
  it('links every entry to the one before, across openings', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    await log.append([message('user', 'a'), { type: 'note', body: 1 }]);
    await (await sessions.open(log.info.id)).append([{ type: 'note', body: 2 }]);
    const entries = await log.entries();
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries.map(({ parent }) => parent)).toEqual([undefined, entries[0]?.id, entries[1]?.id]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(3);
    expect(entries[0]?.ts).toBe(new Date(noon).toISOString());
  });

  it('keeps the order of calls that do not wait for each other', async () => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    await Promise.all([1, 2, 3, 4].map((body) => log.append([{ type: 'note', body }])));
    expect((await log.entries()).map(({ body }) => body)).toEqual([1, 2, 3, 4]);
  });

  it('tells the second of two writers that the session is busy, until it has read again', async () => {
    const { sessions } = await start();
    const first = await sessions.create({ agent: 'main' });
    const second = await sessions.open(first.info.id);
    await first.append([{ type: 'note', body: 'mine' }]);
    await expect(second.append([{ type: 'note', body: 'theirs' }])).rejects.toMatchObject({
      code: 'RUSTIC_SESSION_BUSY',
      details: { session: first.info.id, expected: 0, found: 1 },
    });
    await second.messages();
    await second.append([{ type: 'note', body: 'theirs' }]);
    expect((await second.entries()).map(({ body }) => body)).toEqual(['mine', 'theirs']);
  });
});

describe('the history', () => {
  const history = async (...items: { readonly type: 'message' | 'note' | 'intent'; readonly body: Json }[]) => {
    const { sessions } = await start();
    const log = await sessions.create({ agent: 'main' });
    await log.append(items);
    const before = await log.entries();
    const messages = await log.messages();
    expect(await log.entries()).toEqual(before);
    return messages;
  };

  it('is the messages, in order, and no other entries', async () => {
    const [asked, answered] = [message('user', 'a'), message('assistant', 'b')];
    expect(
      await history(asked, { type: 'note', body: asked.body }, answered, { type: 'message', body: 'odd' }),
    ).toEqual([asked.body, answered.body]);
  });

  it.each([null, 'words'])('leaves out a message that has %j for a part', async (part) => {
    const asked = message('user', 'a');
    const odd = ['assistant', 'tool'].map((role) => ({ type: 'message' as const, body: { role, parts: [part] } }));
    expect(await history(asked, ...odd)).toEqual([asked.body]);
  });

  it('puts the results of a reply into one message, in the order they were kept', async () => {
    const items = [
      message('assistant', call('a'), call('b')),
      message('tool', result('b')),
      message('tool', result('a')),
    ];
    expect(await history(...items)).toEqual([items[0]?.body, message('tool', result('b'), result('a')).body]);
  });

  it('leaves out what an entry says beside its message', async () => {
    const asked = message('user', 'a');
    const told = { type: 'message' as const, body: { ...(asked.body as object), model: 'm', usage: {} } };
    expect(await history(told)).toEqual([asked.body]);
  });

  it('says of a call that began and has no result that its outcome is unknown', async () => {
    const asked = message('assistant', call('a'), call('b'), call('c'));
    const intent = (id: string) => ({ type: 'intent' as const, body: { call: id, name: 'x' } });
    const [, parts] = await history(intent('c'), asked, intent('a'), message('tool', result('a')), intent('b'));
    expect(parts).toEqual({
      role: 'tool',
      parts: [
        result('a'),
        expect.objectContaining({ id: 'b', error: expect.objectContaining({ code: 'RUSTIC_TOOL_UNKNOWN' }) }),
        interrupted('c'),
      ],
    });
  });

  it('gives an interrupted call a result before the next message', async () => {
    const items = [message('assistant', call('a'), call('b')), message('tool', result('b')), message('user', 'go on')];
    expect(await history(...items)).toEqual([
      items[0]?.body,
      { role: 'tool', parts: [result('b'), interrupted('a')] },
      items[2]?.body,
    ]);
  });

  it('gives every interrupted call a result at the end', async () => {
    const asked = message('assistant', 'let me look', call('a'), call('b'));
    expect(await history(asked)).toEqual([asked.body, { role: 'tool', parts: [interrupted('a'), interrupted('b')] }]);
  });

  it('leaves out results that come late, twice or without a call', async () => {
    const items = [
      message('tool', result('x')),
      message('assistant', call('a')),
      message('tool', result('a'), result('a')),
      message('assistant', call('b')),
      message('user', 'stop'),
      message('tool', result('b')),
    ];
    expect(await history(...items)).toEqual([
      items[1]?.body,
      message('tool', result('a')).body,
      items[3]?.body,
      { role: 'tool', parts: [interrupted('b')] },
      items[4]?.body,
    ]);
  });

  it('tells calls of the same id in two turns apart', async () => {
    const items = [
      message('assistant', call('call_0')),
      message('tool', result('call_0')),
      message('assistant', call('call_0')),
    ];
    expect(await history(...items)).toEqual([
      ...items.map(({ body }) => body),
      { role: 'tool', parts: [interrupted('call_0')] },
    ]);
  });
});
