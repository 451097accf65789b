import { createTestKernel, findLeaks } from '@rustic-ai/kernel/testing';
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { plugin, said, tapping, toolbox } from './plugins.js';

const emitter = new EventEmitter();
const controller = new AbortController();
const emitters = { bus: emitter, signal: controller.signal };
/** What the twins leave behind, taken away after each test. */
let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
const listen = async (): Promise<Server> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
const nothing = () => {};

/** One thing a plugin opens in its setup, and what closes it. */
const resources: Record<string, () => Promise<() => unknown> | (() => unknown)> = {
  '1 Timeout': () => {
    const timer = setInterval(nothing, 60_000);
    return () => clearInterval(timer);
  },
  '1 TCPServerWrap': async () => {
    const server = await listen();
    return () => new Promise((resolve) => server.close(resolve));
  },
  '1 SIGUSR2 listener on process': () => {
    process.on('SIGUSR2', nothing);
    return () => process.off('SIGUSR2', nothing);
  },
  '1 news listener on bus': () => {
    emitter.on('news', nothing);
    return () => emitter.off('news', nothing);
  },
  '1 abort listener on signal': () => {
    controller.signal.addEventListener('abort', nothing);
    return () => controller.signal.removeEventListener('abort', nothing);
  },
};
const using = (name: string, undone: boolean) =>
  plugin({ id: 'a', contributes: { tool: { it: { summary: 'It' } } } }, async ({ own }) => {
    const close = await resources[name]?.();
    if (close && undone) own(close);
    else if (close) open.push(close);
    return { tool: { it: { run: () => said('it') } } };
  });
const life = (name: string, undone: boolean) => async () => {
  const kernel = await createTestKernel({ plugins: [using(name, undone)] });
  await kernel.activate('a');
  await kernel.dispose();
};

describe('disposal', () => {
  it.each(Object.keys(resources))('leaves nothing of a plugin that owns its %s', async (name) => {
    expect(await findLeaks(life(name, true), { emitters })).toEqual([]);
  });

  it.each(Object.keys(resources))('of its twin, which owns nothing, is found to leave %s', async (name) => {
    const leaks = await findLeaks(life(name, false), { emitters, settleMs: 20 });
    // A signal that is listened to has a handle beside the listener.
    expect(leaks.filter((leak) => leak !== '1 SignalWrap')).toEqual([name]);
  });

  it('leaves no timer, listener or registration of the kernel itself', async () => {
    const work = async () => {
      const gate = tapping('gate', { 'tool.call': async () => undefined, 'tool.called': () => {} });
      const good = toolbox('good', { good: { run: async () => said('it') } });
      const kernel = await createTestKernel({ plugins: [gate, good] });
      for (let i = 0; i < 50; i++)
        await kernel.use('tool').get('good').invoke({}, kernel.call(), { signal: controller.signal });
      await kernel.dispose();
      expect(kernel.hooks.chain('tool.call')).toEqual([]);
      expect(kernel.hooks.chain('tool.called')).toEqual([]);
    };
    expect(await findLeaks(work, { emitters })).toEqual([]);
  });

  it('of what never settles is found, and names how many', async () => {
    const leaks = await findLeaks(
      () => {
        for (const _ of [1, 2, 3]) {
          const timer = setTimeout(nothing, 60_000);
          open.push(() => clearTimeout(timer));
        }
      },
      { settleMs: 20 },
    );
    expect(leaks).toEqual(['3 Timeout']);
  });

  it('of a timer that keeps no process alive is found as well', async () => {
    const leaks = await findLeaks(
      () => {
        const timer = setInterval(nothing, 60_000).unref();
        open.push(() => clearInterval(timer));
      },
      { settleMs: 20 },
    );
    expect(leaks).toEqual(['1 Timeout']);
  });

  it('is not blamed for timers of others', async () => {
    const timers = [setTimeout(nothing, 60_000)];
    const later = setTimeout(() => timers.push(setTimeout(nothing, 60_000)), 1);
    const leaks = await findLeaks(() => new Promise((resolve) => setTimeout(resolve, 20)));
    for (const timer of [later, ...timers]) clearTimeout(timer);
    expect({ leaks, timers: timers.length }).toEqual({ leaks: [], timers: 2 });
  });

  it('waits for what is closing', async () => {
    const server = await listen();
    const leaks = await findLeaks(async () => {
      const another = await listen();
      another.close();
    });
    server.close();
    expect(leaks).toEqual([]);
  });
});
