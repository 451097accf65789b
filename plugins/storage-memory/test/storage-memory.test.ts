import type { SetupContext } from '@rustic-ai/kernel';
import type { Host } from '@rustic-ai/kernel/contracts';
import { describeKeyValue, describeSessionStore } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';

const folder = '/nowhere';
/** The plugin as a kernel sets it up, without the kernel: a suite asks for the values of several plugins. */
async function open(now: () => number = Date.now) {
  const host: Host = {
    env: () => ({}),
    folders: { home: folder, config: folder, data: folder, state: folder, cache: folder, cwd: folder },
    now,
    monotonicMs: () => performance.now(),
    log() {},
    secrets: { read: () => Promise.reject(new Error('no secrets here')) },
  };
  const hooks: SetupContext['hooks'] = {
    observe: async () => {},
    transform: async (_, value) => value,
    claim: async () => undefined,
    collect: async () => [],
  };
  const context = { id: 'storage-memory', deps: { host }, config: {}, composition: [], hooks, log() {}, own() {} };
  const { service } = await memory.setup(context);
  return { store: service['session.store'], of: service['key-value'], close: async () => {} };
}

describeSessionStore({ open }, { describe, it });
describeKeyValue({ open }, { describe, it });

describe('storage-memory', () => {
  it('lets updatedAt stand still when the clock goes back', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const { store } = await open(() => now);
    const { updatedAt } = await store.create({ id: 's', agent: 'main', tags: [] });
    now -= 60_000;
    await store.update('s', { title: 'later' });
    expect(await store.get('s')).toMatchObject({ title: 'later', updatedAt });
  });

  it('finds no types, ids or media, and ignores accents', async () => {
    const { store } = await open();
    await store.create({ id: 's', agent: 'main', tags: [] });
    const parts = [
      { type: 'text', text: 'Crème brûlée' },
      { type: 'image', mediaType: 'png', data: 'QUJD' },
    ];
    await store.append('s', [{ id: 'e1', ts: '', type: 'message', body: { role: 'user', parts } }]);
    const found = async (query: string) => (await store.search(query, {})).length;
    expect(await Promise.all(['creme BRULEE', 'user', 'text', 'e1', 'QUJD', 'png'].map(found))).toEqual([
      1, 0, 0, 0, 0, 0,
    ]);
  });
});
