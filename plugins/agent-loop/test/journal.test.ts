import type { Json } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { call, last, openAgent, say } from './helper.js';

type Opened = Awaited<ReturnType<typeof openAgent>>;
const entriesOf = async ({ kernel }: Opened) => {
  const store = await kernel.service('session.store');
  const [info] = await store.list({});
  return info ? store.read(info.id, {}) : [];
};
const briefly = (body: Json) => body as { readonly role?: string; readonly call?: string; readonly outcome?: string };
const shape = async (opened: Opened) =>
  (await entriesOf(opened)).map(({ type, body }) => {
    const { role, call: id, outcome } = briefly(body);
    return [type, ...[role, id, outcome].filter((part) => part !== undefined)].join(' ');
  });

it('keeps the intent of a call that can not be made twice before it runs, and its receipt before the next', async () => {
  const seen: (readonly string[])[] = [];
  const replies = [
    [call('l', 'look', { at: '1' }), call('a', 'change', { at: '2' }), call('b', 'change', { at: '3' })],
    [say('done')],
  ];
  const opened = await openAgent(replies, {
    work: async (at) => {
      seen.push(await shape(opened));
      if (at === '3') throw new Error('no');
      return at;
    },
  });
  onTestFinished(() => opened.kernel.dispose());
  expect(last(await collect(opened.agent.invoke({ prompt: 'go' }, opened.kernel.call()))).status).toBe('ok');
  const first = ['message user', 'message assistant', 'message tool', 'intent a'];
  const second = [...first, 'receipt a done', 'message tool', 'intent b'];
  expect(seen).toEqual([['message user'], first, second]);
  expect(await shape(opened)).toEqual([...second, 'receipt b failed', 'message tool', 'message assistant']);
});

it('marks a call a dead process was in the middle of as unknown, tells the model, and does not repeat it', async () => {
  const did: string[] = [];
  const opened = await openAgent([[say('done')]], { work: (at) => (did.push(at), at) });
  const { kernel, agent, model } = opened;
  onTestFinished(() => kernel.dispose());
  const store = await kernel.service('session.store');
  await store.create({ id: 's', agent: 'main', tags: [] });
  const ts = '2026-11-01T00:00:00.000Z';
  const bodies = [
    ['message', { role: 'user', parts: [{ type: 'text', text: 'go' }] }],
    ['message', { role: 'assistant', parts: [call('c', 'change', { at: 'b' })] }],
    ['intent', { call: 'c', name: 'change' }],
  ] as const;
  await store.append(
    's',
    bodies.map(([type, body], index) => ({ id: `e${index}`, ts, type, body: body as never })),
  );
  await collect(agent.invoke({ prompt: 'and now?', session: 's' }, kernel.call()));
  expect(did).toEqual([]);
  const told = model.requests[0]?.messages.find(({ role }) => role === 'tool')?.parts;
  expect(told).toEqual([
    expect.objectContaining({ id: 'c', error: expect.objectContaining({ code: 'RUSTIC_TOOL_UNKNOWN' }) }),
  ]);
  const marked = [
    'message user',
    'message assistant',
    'intent c',
    'receipt c unknown',
    'message user',
    'message assistant',
  ];
  expect(await shape(opened)).toEqual(marked);
  await collect(agent.invoke({ prompt: 'again', session: 's' }, kernel.call()));
  expect(await shape(opened)).toEqual([...marked, 'message user', 'message assistant']);
  expect(did).toEqual([]);
});

it('keeps what each reply took, with the model that took it', async () => {
  const opened = await openAgent([[say('done')], []]);
  const { kernel, agent } = opened;
  onTestFinished(() => kernel.dispose());
  const events = await collect(agent.invoke({ prompt: 'one' }, kernel.call()));
  await collect(agent.invoke({ prompt: 'two', session: events[0]?.sessionId ?? '' }, kernel.call()));
  const rows = await (await kernel.service('session')).usage({});
  const model = kernel.use('model').default.name;
  expect(rows).toMatchObject([{ model, calls: 2, unpriced: 2, usage: { inputTokens: 20, outputTokens: 10 } }]);
  expect((await entriesOf(opened)).at(-1)).toMatchObject({ type: 'note', body: { model } });
});

it('waits for another turn of the same session', async () => {
  const order: string[] = [];
  const opened = await openAgent([[call('a', 'look', { at: '1' })], [say('one')], [say('two')]], {
    work: async (at) => {
      order.push('looks');
      for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
      order.push('looked');
      return at;
    },
  });
  const { kernel, agent } = opened;
  onTestFinished(() => kernel.dispose());
  await (await kernel.service('session.store')).create({ id: 's', agent: 'main', tags: [] });
  const run = (prompt: string) => collect(agent.invoke({ prompt, session: 's' }, kernel.call()));
  const ends = await Promise.all([run('first'), run('second')]);
  expect(ends.map((events) => last(events).result)).toEqual(['one', 'two']);
  expect(order).toEqual(['looks', 'looked']);
  expect(await shape(opened)).toEqual([
    ...['message user', 'message assistant', 'message tool', 'message assistant'],
    ...['message user', 'message assistant'],
  ]);
});
