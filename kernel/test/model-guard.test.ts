import type { ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel, scriptedModel, type ScriptedReply } from '@rustic-ai/kernel/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

const request: ModelRequest = { model: 'test/scripted', messages: [], purpose: 'turn' };
const open = async (reply: ScriptedReply) => {
  const kernel = await createTestKernel({ plugins: [scriptedModel([reply]).plugin] });
  const model = kernel.use('model').default;
  return { kernel, model, ask: () => collect(model.invoke(request)) };
};
const say = (text: string): ModelEvent => ({ type: 'text', text });
afterEach(() => vi.useRealTimers());

describe('the guard of every model', () => {
  it('gives up on a provider that fell silent, and keeps what it said', async () => {
    // Only the timer that looks for silence: everything else goes on in real time.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let silent = () => {};
    const waiting = new Promise<void>((resolve) => (silent = resolve));
    const { kernel, model } = await open(() =>
      (async function* (): AsyncGenerator<ModelEvent> {
        yield say('half');
        silent();
        await new Promise(() => {});
      })(),
    );
    const events: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of model.invoke(request)) events.push(event);
    })();
    await waiting;
    await vi.advanceTimersByTimeAsync(55_000);
    expect(events.some(({ type }) => type === 'finish')).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    await reading;
    expect(events).toEqual([
      { type: 'start', model: 'test/scripted' },
      say('half'),
      { type: 'finish', reason: 'error', error: expect.objectContaining({ code: 'RUSTIC_MODEL_IDLE' }) },
    ]);
    await kernel.dispose();
  });

  it('joins text that arrives at once into one delta, and never across other events', async () => {
    const call: ModelEvent = { type: 'tool_call', id: 'a', name: 'x', input: {} };
    const { kernel, ask } = await open([say('a'), say('b'), { type: 'reasoning', text: 'c' }, say('d'), call]);
    expect((await ask()).slice(1, -1)).toEqual([say('ab'), { type: 'reasoning', text: 'c' }, say('d'), call]);
    await kernel.dispose();
  });

  it('refuses a second start', async () => {
    const { kernel, ask } = await open([{ type: 'start', model: 'again' }]);
    expect((await ask()).at(-1)).toMatchObject({ error: { code: 'RUSTIC_MODEL_STREAM_INVALID' } });
    await kernel.dispose();
  });

  it('names a broken connection by a code of the table', async () => {
    const { kernel, ask } = await open(() =>
      (async function* (): AsyncGenerator<ModelEvent> {
        yield say('half');
        throw new TypeError('terminated');
      })(),
    );
    expect((await ask()).at(-1)).toMatchObject({
      reason: 'error',
      error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', details: { reason: 'terminated' } },
    });
    await kernel.dispose();
  });
});
