import type { ModelEvent } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { call, last, openAgent, say, types } from './helper.js';

const cut = () =>
  (async function* (): AsyncGenerator<ModelEvent> {
    yield say('half a sen');
    yield call('never', 'change', { at: 'file' });
    throw new Error('socket hang up');
  })();

describe('a model that fails', () => {
  it('fails the turn, keeps what was said and never runs a call of a cut reply', async () => {
    const { kernel, agent } = await openAgent([cut]);
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(types(events).slice(-2)).toEqual(['turn.failed', 'run.completed']);
    expect(last(events)).toMatchObject({ status: 'failed', exitCode: 7, result: 'half a sen' });
    expect(kernel.asks).toEqual([]);
    const log = await (await kernel.service('session')).open(events[0]?.sessionId ?? '');
    expect(await log.messages()).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'go' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'half a sen' }] },
    ]);
    await kernel.dispose();
  });

  it('says so when its stream just ends', async () => {
    const { kernel, agent } = await openAgent([
      () => [{ type: 'finish', reason: 'error', error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', message: 'cut' } }],
    ]);
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(last(events)).toMatchObject({ exitCode: 7, errors: [{ code: 'RUSTIC_MODEL_STREAM_INCOMPLETE' }] });
    await kernel.dispose();
  });
});

describe('a turn that is cancelled', () => {
  it('while the model speaks is interrupted, and what was said is kept', async () => {
    const controller = new AbortController();
    const { kernel, agent } = await openAgent([
      (_, signal) =>
        (async function* (): AsyncGenerator<ModelEvent> {
          yield say('I was about to');
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        })(),
    ]);
    const events = [];
    for await (const event of agent.invoke({ prompt: 'go' }, kernel.call(), { signal: controller.signal })) {
      events.push(event);
      if (event.type === 'item.delta') controller.abort();
    }
    expect(types(events).slice(-2)).toEqual(['turn.interrupted', 'run.completed']);
    expect(last(events)).toMatchObject({ status: 'interrupted', exitCode: 130, result: 'I was about to' });
    const log = await (await kernel.service('session')).open(events[0]?.sessionId ?? '');
    expect((await log.messages()).map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect((await log.entries()).at(-1)).toMatchObject({ type: 'note', body: { interrupted: 1 } });
    await kernel.dispose();
  });

  it('while a tool runs gives that call a result, so that the session can go on', async () => {
    const controller = new AbortController();
    const { kernel, agent, model } = await openAgent([[call('slow', 'look', { at: 'x' })], [say('later')]], {
      work: (_, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
          controller.abort();
        }),
    });
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call(), { signal: controller.signal }));
    expect(last(events)).toMatchObject({ status: 'interrupted', exitCode: 130 });
    const session = events[0]?.sessionId ?? '';
    const more = await collect(agent.invoke({ prompt: 'and now?', session }, kernel.call()));
    expect(last(more)).toMatchObject({ status: 'ok', result: 'later' });
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(JSON.stringify(model.requests[1]?.messages[3])).toContain('RUSTIC_OPERATION_ABORTED');
    await kernel.dispose();
  });

  it('after a reply that only reads, before its calls run, keeps that reply', async () => {
    const controller = new AbortController();
    const { kernel, agent } = await openAgent([[say('I look.'), call('a', 'look', { at: 'x' })]]);
    const events = [];
    for await (const event of agent.invoke({ prompt: 'go' }, kernel.call(), { signal: controller.signal })) {
      events.push(event);
      if (event.type === 'usage.updated') controller.abort();
    }
    expect(last(events)).toMatchObject({ status: 'interrupted', result: 'I look.' });
    const log = await (await kernel.service('session')).open(events[0]?.sessionId ?? '');
    expect((await log.messages()).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    await kernel.dispose();
  });

  it('by a reader that leaves while a tool only reads keeps the reply and the result', async () => {
    let finish = () => {};
    const { kernel, agent } = await openAgent([[say('I look.'), call('a', 'look', { at: 'x' })]], {
      work: () => new Promise<string>((resolve) => (finish = () => resolve('seen'))),
    });
    let session = '';
    for await (const event of agent.invoke({ prompt: 'go' }, kernel.call())) {
      session = event.sessionId;
      if (event.type === 'item.started' && event.item.type === 'tool_call') {
        await new Promise((resolve) => setImmediate(resolve));
        finish();
        break;
      }
    }
    const log = await (await kernel.service('session')).open(session);
    await expect
      .poll(async () => (await log.messages()).map(({ role }) => role))
      .toEqual(['user', 'assistant', 'tool']);
    await kernel.dispose();
  });
});
