import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily, type ModelEvent, type ModelRequest, type VendorOptions } from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { collect, createTestKernel, startFaultServer } from '@rustic-ai/kernel/testing';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const manifest = defineManifest({ id: 'provider-v', contributes: { model: { 'v/*': { summary: 'A vendor' } } } });
const request: ModelRequest = { model: 'v/m', purpose: 'turn', messages: [] };
/** One letter, one event. */
const connect: VendorOptions['connect'] = async (fetch) => ({
  async ask(_, name, signal) {
    const { body } = await fetch(`${name}`, { signal });
    let first = true;
    return {
      pieces: body ?? [],
      read(piece) {
        const said: ModelEvent = { type: 'text', text: new TextDecoder().decode(piece as Uint8Array) };
        const events: ModelEvent[] = first ? [{ type: 'start', model: 'm' }, said] : [said];
        first = false;
        return events;
      },
      end: () => [{ type: 'finish', reason: 'stop' }],
    };
  },
  list: async () => ['b', 'a'],
});
async function open(baseUrl: string, more: Partial<VendorOptions> = {}) {
  const plugin = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: ({ own }) => ({
      model: {
        'v/*': createModelFamily({
          vendor: 'v',
          baseUrl,
          timeoutMs: 300_000,
          models: [`${baseUrl}/m`],
          key: () => 'k',
          headers: () => ({}),
          connect,
          capabilities: () => ['temperature'],
          complaint: () => ({}),
          own,
          ...more,
        }),
      },
    }),
  });
  const kernel = await createTestKernel({ plugins: [plugin] });
  onTestFinished(() => kernel.dispose());
  return kernel;
}
async function only(kernel: Awaited<ReturnType<typeof open>>) {
  const [handle] = await kernel.use('model').list();
  if (!handle) throw new Error('there is no model');
  return handle;
}
afterEach(() => vi.useRealTimers());

describe('the models of a vendor', () => {
  it('that fall silent in an answer are left after a minute, and their socket is closed', async () => {
    // Only the clocks of the limits: the network goes on in real time.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const server = await startFaultServer((response) => response.write('a'));
    onTestFinished(() => server.close());
    const kernel = await open(server.url);
    const handle = await only(kernel);
    const heard = Promise.withResolvers<void>();
    const events: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of handle.invoke(request)) {
        events.push(event);
        if (event.type === 'text') heard.resolve();
      }
    })();
    await heard.promise;
    await vi.advanceTimersByTimeAsync(65_000);
    await reading;
    expect(events.at(-1)).toMatchObject({ reason: 'error', error: { code: 'RUSTIC_MODEL_IDLE' } });
    await server.left();
  });

  it('are listed by name, and by what the vendor lists', async () => {
    const kernel = await open('http://127.0.0.1:1', { models: ['own', '*'] });
    expect((await kernel.use('model').list()).map(({ name }) => name)).toEqual(['v/own', 'v/b', 'v/a']);
  });

  it('say what they take, and name what they do not', async () => {
    const kernel = await open('http://127.0.0.1:1');
    const handle = await only(kernel);
    expect(handle.declaration.facts).toEqual({ capabilities: ['temperature'] });
    await expect(collect(handle.invoke({ ...request, topK: 1 }))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter: 'topK' },
    });
  });
});
