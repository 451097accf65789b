import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';
import { failing, open, overloaded, quick, say, textOf } from './helper.js';
import { modelError } from '@rustic-ai/kernel/contracts';

const once = { attempts: 1 };
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a breaker', () => {
  it('opens after failures in a row, lets one trial through, and closes', async () => {
    let down = true;
    const { ask, asked, breakers, kernel } = await open({
      models: {
        'x/a': () => {
          if (down) throw overloaded();
          return say('well');
        },
      },
      options: { model: quick({ breaker: { failures: 2, openMs: 50 } }, once) },
    });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    await expect(ask()).rejects.toMatchObject({
      code: 'RUSTIC_RESILIENCE_OPEN',
      details: { operation: 'model', name: 'x/a', retryAfterMs: expect.any(Number) },
    });
    expect(asked).toHaveLength(2);
    const service = await kernel.service('resilience');
    expect(service.breakers()).toEqual([{ operation: 'model', name: 'x/a', state: 'open' }]);
    while (service.breakers()[0]?.state === 'open') await settle();
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_RESILIENCE_OPEN' });
    while (service.breakers()[0]?.state === 'open') await settle();
    down = false;
    expect(textOf(await ask())).toBe('well');
    expect(service.breakers()).toEqual([{ operation: 'model', name: 'x/a', state: 'closed' }]);
    expect(breakers.map(({ state }) => state)).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('stays closed while most of many calls are still under way', async () => {
    const gates: (() => void)[] = [];
    const { ask, breakers } = await open({
      models: {
        'x/a': (time) => {
          if (time <= 4) throw overloaded();
          return new Promise((resolve) => gates.push(() => resolve(say('well'))));
        },
      },
      options: { model: quick({ breaker: { failures: 2, openMs: 60_000 } }, once) },
    });
    const all = Promise.allSettled(Array.from({ length: 20 }, () => ask()));
    while (gates.length < 16) await settle();
    for (const free of gates) free();
    expect((await all).filter(({ status }) => status === 'rejected')).toHaveLength(4);
    expect(breakers).toEqual([]);
  });

  it('that is open is no reason to wait: the fallback answers', async () => {
    const { ask, asked } = await open({
      models: { 'x/a': failing(overloaded()) },
      options: { model: quick({ breaker: { failures: 1, openMs: 60_000 }, fallback: ['x/b'] }, once) },
    });
    for (const _ of [1, 2, 3]) expect(textOf(await ask())).toBe('from x/b');
    expect(asked).toEqual(['x/a', 'x/b', 'x/b', 'x/b']);
  });

  it('never opens on what a gate decided, nor on a request that is no good', async () => {
    const bad = modelError('RUSTIC_MODEL_INVALID_REQUEST', { model: 'a', reason: 'no', parameter: 'x' });
    const { ask, asked } = await open({
      models: { 'x/a': failing(bad) },
      options: { model: quick({ breaker: { failures: 1, openMs: 60_000 } }) },
    });
    for (const _ of [1, 2, 3]) await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_INVALID_REQUEST' });
    expect(asked).toHaveLength(3);
    const denied = await open({
      options: { model: quick({ breaker: { failures: 1, openMs: 60_000 } }) },
      kernel: { rules: [{ action: 'model', match: 'x/a', effect: 'deny' }] },
    });
    for (const _ of [1, 2]) await expect(denied.ask()).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect((await denied.kernel.service('resilience')).breakers()).toEqual([]);
  });

  it('counts an answer that was cut', async () => {
    const error = { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', message: 'cut' };
    const { ask } = await open({
      models: { 'x/a': () => [...say('half'), { type: 'finish', reason: 'error', error }] },
      options: { model: quick({ breaker: { failures: 1, openMs: 60_000 } }) },
    });
    expect(textOf(await ask())).toBe('half');
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_RESILIENCE_OPEN' });
  });

  it('learns nothing from a trial that was cancelled: it opens again', async () => {
    const controller = new AbortController();
    const { ask, asked, breakers, kernel } = await open({
      models: {
        'x/a': (time, signal) => {
          if (time === 1) throw overloaded();
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }));
        },
      },
      options: { model: quick({ breaker: { failures: 1, openMs: 20 } }, once) },
    });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    const service = await kernel.service('resilience');
    while (service.breakers()[0]?.state === 'open') await settle();
    const trial = ask({ signal: controller.signal });
    while (asked.length < 2) await settle();
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_RESILIENCE_OPEN' });
    controller.abort();
    expect(await trial).toMatchObject([{ type: 'finish', reason: 'aborted' }]);
    await settle();
    expect(breakers.map(({ state }) => state)).toEqual(['open', 'half-open', 'open']);
  });

  it('passes over what another version kept', async () => {
    const { ask, kernel } = await open({ options: { model: quick() }, more: [memory] });
    const values = await kernel.service('key-value', 'policy-resilience');
    await values.set('breaker/model/x/a', { open: 'for ever' });
    await values.set('breaker/spaceship/x/a', 1);
    expect(textOf(await ask())).toBe('from x/a');
    expect((await kernel.service('resilience')).breakers()).toEqual([
      { operation: 'model', name: 'x/a', state: 'closed' },
    ]);
  });

  it('that is open stays open for another process with the same values', async () => {
    const given = {
      models: { 'x/a': failing(overloaded()) },
      options: { model: quick({ breaker: { failures: 1, openMs: 60_000 } }, once) },
    };
    const first = await open({ ...given, more: [memory] });
    await expect(first.ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_OVERLOADED' });
    const values = await first.kernel.service('key-value', 'policy-resilience');
    while ((await values.list('')).length === 0) await settle();
    const kept = await values.get('breaker/model/x/a');
    const second = await open({ ...given, more: [memory] });
    await (await second.kernel.service('key-value', 'policy-resilience')).set('breaker/model/x/a', kept?.value ?? null);
    expect((await second.kernel.service('resilience')).breakers()).toEqual([
      { operation: 'model', name: 'x/a', state: 'open' },
    ]);
    await expect(second.ask()).rejects.toMatchObject({ code: 'RUSTIC_RESILIENCE_OPEN' });
    expect(second.asked).toEqual([]);
  });
});

describe('a bulkhead', () => {
  it('lets so many calls in, lets so many wait, and refuses more', async () => {
    const gates: (() => void)[] = [];
    const { ask, asked } = await open({
      models: { 'x/a': (time) => new Promise((resolve) => gates.push(() => resolve(say(String(time))))) },
      options: { model: quick({ bulkhead: { concurrent: 2, queued: 1 } }) },
    });
    const running = [ask(), ask(), ask()];
    while (gates.length < 2) await settle();
    await expect(ask()).rejects.toMatchObject({
      code: 'RUSTIC_RESILIENCE_FULL',
      details: { operation: 'model', name: 'x/a', concurrent: 2, queued: 1 },
    });
    expect(asked).toHaveLength(2);
    gates[0]?.();
    while (gates.length < 3) await settle();
    for (const free of gates) free();
    expect((await Promise.all(running)).map(textOf)).toEqual(['1', '2', '3']);
  });

  it('is left at once by a call that is cancelled while it waits', async () => {
    const gates: (() => void)[] = [];
    const { ask, asked } = await open({
      models: { 'x/a': () => new Promise((resolve) => gates.push(() => resolve(say('well')))) },
      options: { model: quick({ bulkhead: { concurrent: 1, queued: 9 } }) },
    });
    const first = ask();
    while (gates.length < 1) await settle();
    const controller = new AbortController();
    const second = ask({ signal: controller.signal });
    await settle();
    controller.abort();
    expect(await second).toMatchObject([{ type: 'finish', reason: 'aborted' }]);
    gates[0]?.();
    await first;
    const third = ask();
    while (gates.length < 2) await settle();
    gates[1]?.();
    expect(textOf(await third)).toBe('well');
    expect(asked).toHaveLength(2);
  });

  it('gets its place back from a caller that stops listening', async () => {
    const { ask, stream } = await open({ options: { model: quick({ bulkhead: { concurrent: 1, queued: 0 } }) } });
    for await (const { type } of stream()) if (type === 'text') break;
    expect(textOf(await ask())).toBe('from x/a');
  });
});

describe('a rate', () => {
  it('of requests is waited for, up to the cap of the delays', async () => {
    const { ask } = await open({ options: { model: quick({ rate: { requestsPerMinute: 2 } }, { capMs: 100 }) } });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({
      code: 'RUSTIC_RESILIENCE_RATE',
      details: { unit: 'requests', limit: 2, retryAfterMs: expect.any(Number) },
    });
    const fast = await open({ options: { model: quick({ rate: { requestsPerMinute: 600 } }, { capMs: 1_000 }) } });
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: 603 }, () => fast.ask()));
    // 600 at once, then one every 100 ms.
    expect(performance.now() - startedMs).toBeGreaterThan(200);
  });

  it('of tokens counts what answers took, and sends the next one to the fallback', async () => {
    const { ask, asked } = await open({
      options: { model: quick({ rate: { tokensPerMinute: 20 }, fallback: ['x/b'] }) },
    });
    const texts = [];
    for (const _ of [1, 2, 3]) texts.push(textOf(await ask()));
    expect(texts).toEqual(['from x/a', 'from x/a', 'from x/b']);
    expect(asked).toEqual(['x/a', 'x/a', 'x/b']);
  });
});
