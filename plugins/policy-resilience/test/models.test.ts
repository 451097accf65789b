import { modelError } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { failing, limited, open, overloaded, quick, say, textOf } from './helper.js';

const thrice = (last: string) => (time: number) => {
  if (time < 3) throw overloaded();
  return say(last);
};

describe('a model that fails for a while', () => {
  it('is asked again, and each attempt is told', async () => {
    const { ask, asked, retried } = await open({ models: { 'x/a': thrice('at last') }, options: { model: quick() } });
    const events = await ask();
    expect(events.map(({ type }) => type)).toEqual(['start', 'text', 'finish']);
    expect(textOf(events)).toBe('at last');
    expect(asked).toEqual(['x/a', 'x/a', 'x/a']);
    expect(retried).toMatchObject([
      { operation: 'model', name: 'x/a', attempt: 2, max: 3, code: 'RUSTIC_MODEL_OVERLOADED' },
      { operation: 'model', name: 'x/a', attempt: 3, max: 3, code: 'RUSTIC_MODEL_OVERLOADED' },
    ]);
  });

  it('fails with its own error when the attempts are used up', async () => {
    const { ask, asked } = await open({ models: { 'x/a': failing(overloaded()) }, options: { model: quick() } });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED', details: { status: 529 } });
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['refuses the key', modelError('RUSTIC_MODEL_AUTH', { model: 'a' })],
    ['refuses the request', modelError('RUSTIC_MODEL_INVALID_REQUEST', { model: 'a', reason: 'no', parameter: 'x' })],
    ['filtered it', modelError('RUSTIC_MODEL_CONTENT_FILTERED', { model: 'a', reason: 'no' })],
  ])('but %s is asked once', async (_, error) => {
    const { ask, asked, retried } = await open({ models: { 'x/a': failing(error) }, options: { model: quick() } });
    await expect(ask()).rejects.toMatchObject({ code: error.code });
    expect([asked, retried]).toEqual([['x/a'], []]);
  });

  it('is asked again when it failed after its start, before it said anything', async () => {
    const error = { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', message: 'cut' };
    const { ask, asked } = await open({
      models: { 'x/a': (time) => (time === 1 ? [{ type: 'finish', reason: 'error', error }] : say('whole')) },
      options: { model: quick() },
    });
    const events = await ask();
    expect(events.map(({ type }) => type)).toEqual(['start', 'text', 'finish']);
    expect(asked).toHaveLength(2);
  });

  it('is never asked again once something was delivered', async () => {
    const error = { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', message: 'cut' };
    const { ask, asked, retried } = await open({
      models: { 'x/a': () => [...say('half'), { type: 'finish', reason: 'error', error }] },
      options: { model: quick({ fallback: ['x/b'] }) },
    });
    const events = await ask();
    expect(events).toMatchObject([{ type: 'start' }, { text: 'half' }, { type: 'finish', error }]);
    expect([asked, retried]).toEqual([['x/a'], []]);
  });
});

describe('the delay', () => {
  it('grows to at most twice the one before, with full jitter, and never over the cap', async () => {
    const retry = { attempts: 8, baseMs: 2, capMs: 9 };
    const { ask, retried } = await open({
      models: { 'x/a': failing(overloaded()) },
      options: { model: { retry, breaker: { failures: 0 } } },
    });
    await expect(ask()).rejects.toThrow('busy');
    const tops = [2, 4, 8, 9, 9, 9, 9];
    expect(retried).toHaveLength(tops.length);
    for (const [index, { delayMs }] of retried.entries()) expect(delayMs).toBeLessThanOrEqual(tops[index] ?? 0);
  });

  it.each([
    [40, 40, 41],
    [3_600_000, 60, 60],
    [0, 0, 1],
  ])('that a vendor asks for (%i ms) is kept, up to the cap', async (retryAfterMs, least, most) => {
    const { ask, retried } = await open({
      models: {
        'x/a': (time) => (time === 1 ? failing(limited({ retryAfterMs }))(1, new AbortController().signal) : []),
      },
      options: { model: quick({}, { capMs: 60 }) },
    });
    const startedMs = performance.now();
    await ask();
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(least - 2);
    expect(retried[0]?.delayMs).toBeGreaterThanOrEqual(least);
    expect(retried[0]?.delayMs).toBeLessThanOrEqual(most);
  });

  it('ends at once when the call is cancelled, and nothing is tried after it', async () => {
    const controller = new AbortController();
    const { stream, asked, retried } = await open({
      models: { 'x/a': failing(limited({ retryAfterMs: 50_000 })) },
      options: { model: { fallback: [] } },
    });
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of stream({ signal: controller.signal }))
        types.push(event.type === 'finish' ? event.reason : event.type);
    })();
    while (retried.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const abortedMs = performance.now();
    controller.abort();
    await reading;
    expect(performance.now() - abortedMs).toBeLessThan(1_000);
    expect([types, asked]).toEqual([['aborted'], ['x/a']]);
  });
});

describe('a fallback', () => {
  it('answers in the place of a model that stays down, as a gated call below its own', async () => {
    const { ask, calls, retried } = await open({
      models: { 'x/a': failing(overloaded()), 'x/b': failing(overloaded()) },
      options: { model: quick({ fallback: ['x/b', 'x/c'] }, { attempts: 1 }) },
    });
    expect(textOf(await ask())).toBe('from x/c');
    expect(calls.map(({ name, origin }) => [name, origin.plugin])).toEqual([
      ['x/a', 'host'],
      ['x/b', 'policy-resilience'],
      ['x/c', 'policy-resilience'],
    ]);
    expect(calls[1]?.origin.parent).toMatch(/^call-/);
    expect(calls.map(({ origin }) => origin.trigger)).toEqual(['person', 'fallback', 'fallback']);
    expect(retried).toMatchObject([
      { name: 'x/a', next: 'x/b', attempt: 2, max: 3, code: 'RUSTIC_MODEL_OVERLOADED', delayMs: 0 },
      { name: 'x/a', next: 'x/c', attempt: 3, max: 3 },
    ]);
  });

  it('is refused by the rules like any other call', async () => {
    const { ask, asked } = await open({
      models: { 'x/a': failing(overloaded()) },
      options: { model: quick({ fallback: ['x/b'] }, { attempts: 1 }) },
      kernel: { rules: [{ action: 'model', match: 'x/b', effect: 'deny' }] },
    });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    expect(asked).toEqual(['x/a']);
  });

  it('is asked at once where a vendor wants to be left alone for longer than the cap', async () => {
    const { ask, asked } = await open({
      models: { 'x/a': failing(limited({ retryAfterMs: 3_600_000 })) },
      options: { model: { fallback: ['x/b'] } },
    });
    expect(textOf(await ask())).toBe('from x/b');
    expect(asked).toEqual(['x/a', 'x/b']);
  });

  it.each([
    modelError('RUSTIC_MODEL_INVALID_REQUEST', { model: 'a', reason: 'no', parameter: 'x' }),
    modelError('RUSTIC_MODEL_CONTENT_FILTERED', { model: 'a', reason: 'no' }),
  ])('is never asked after $code', async (error) => {
    const { ask, asked } = await open({
      models: { 'x/a': failing(error) },
      options: { model: quick({ fallback: ['x/b'] }) },
    });
    await expect(ask()).rejects.toMatchObject({ code: error.code });
    expect(asked).toEqual(['x/a']);
  });

  it('stays for the rest of its turn; the next turn begins with the model that was chosen', async () => {
    let down = true;
    const { ask, asked, retried } = await open({
      models: {
        'x/a': () => {
          if (down) throw overloaded();
          return say('from x/a');
        },
      },
      options: { model: quick({ fallback: ['x/b'] }, { attempts: 1 }) },
    });
    expect(textOf(await ask({ session: 's', turn: 1 }))).toBe('from x/b');
    down = false;
    expect(textOf(await ask({ session: 's', turn: 1 }))).toBe('from x/b');
    expect(textOf(await ask({ session: 't', turn: 1 }))).toBe('from x/a');
    expect(textOf(await ask({ session: 's', turn: 2 }))).toBe('from x/a');
    expect(asked).toEqual(['x/a', 'x/b', 'x/b', 'x/a', 'x/a']);
    expect(retried.map(({ next }) => next)).toEqual(['x/b', 'x/b']);
  });

  it('never counts tokens in the place of another model', async () => {
    const { ask, asked } = await open({
      models: { 'x/a': failing(overloaded()) },
      options: { model: quick({ fallback: ['x/b'] }, { attempts: 1 }) },
    });
    await expect(ask({}, { countTokens: true })).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    expect(asked).toEqual(['x/a']);
  });

  it('that does not exist is refused when the policy starts', async () => {
    const { kernel } = await open({ options: { model: { fallback: ['y/z'] } } });
    await expect(kernel.activate('policy-resilience')).rejects.toMatchObject({
      code: 'RUSTIC_CAPABILITY_NOT_FOUND',
      details: { operation: 'model', name: 'y/z' },
    });
  });
});
