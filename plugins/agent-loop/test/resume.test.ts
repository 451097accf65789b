import { textOf } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { call, last, openAgent, say } from './helper.js';

it('makes calls again that a dead process left open, if that is safe, and leaves the others to the model', async () => {
  const did: string[] = [];
  const { kernel, agent, model } = await openAgent([[say('done')]], { work: (at) => (did.push(at), `saw ${at}`) });
  onTestFinished(() => kernel.dispose());
  const store = await kernel.service('session.store');
  const { id: session } = await store.create({ id: '20261101-abcdefgh', agent: 'main', tags: [] });
  const parts = [call('c1', 'look', { at: 'a' }), call('c2', 'change', { at: 'b' }), call('c3', 'gone', { at: 'c' })];
  const messages = [
    { role: 'user', parts: [{ type: 'text', text: 'go' }] },
    { role: 'assistant', parts },
  ];
  const ts = '2026-11-01T00:00:00.000Z';
  await store.append(
    session,
    messages.map((body, index) => ({ id: `e${index}`, ts, type: 'message' as const, body: body as never })),
  );
  const events = await collect(agent.invoke({ prompt: 'and now?', session }, kernel.call()));
  expect(last(events).status).toBe('ok');
  expect(did).toEqual(['a']);
  const results = model.requests[0]?.messages.flatMap(({ role, parts: all }) => (role === 'tool' ? all : []));
  const shown = results?.map((part) =>
    part.type === 'tool_result' ? [part.id, part.error?.code ?? textOf(part.output)] : [],
  );
  expect(shown).toEqual([
    ['c1', 'saw a'],
    ['c2', 'RUSTIC_TOOL_INTERRUPTED'],
    ['c3', 'RUSTIC_TOOL_INTERRUPTED'],
  ]);
  await collect(agent.invoke({ prompt: 'again', session }, kernel.call()));
  expect(did).toEqual(['a']);
});
