import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecordFile, type Storage, type StorageRecord } from '@rustic-ai/kernel/contracts';
import {
  createTestKernel,
  describeAudit,
  describeGrants,
  describeHookTrace,
  describeKeyValue,
  describeSessionStore,
} from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it, onTestFinished } from 'vitest';

async function open(now: () => number = Date.now) {
  const kernel = await createTestKernel({ plugins: [memory], host: { now } });
  return {
    store: await kernel.service('session.store'),
    of: (plugin: string) => kernel.service('key-value', plugin),
    grants: await kernel.service('grants'),
    audit: await kernel.service('audit'),
    trace: await kernel.service('hook.trace'),
    storage: await kernel.service('storage'),
    close: () => kernel.dispose(),
  };
}

describeSessionStore({ open }, { describe, it });
describeKeyValue({ open }, { describe, it });
describeGrants({ open }, { describe, it });
describeAudit({ open }, { describe, it });
describeHookTrace({ open }, { describe, it });

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

  it('is backed up to a file of records, which another one takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rustic-backup-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [first, second] = [await open(), await open()];
    await first.store.create({ id: 's', agent: 'main', tags: [] });
    await first.store.append('s', [{ id: 'e', ts: '', type: 'note', body: 'ü \u0000 \ud800'.repeat(50_000) }]);
    await (await first.of('p')).set('k', { ['__proto__']: 1.5e-7 });
    await first.storage.backup(join(folder, 'backup'));
    await second.storage.import(readRecordFile(join(folder, 'backup')));
    const records = async (storage: Storage) => JSON.stringify(await Array.fromAsync(storage.export()));
    expect(await records(second.storage)).toBe(await records(first.storage));
  });

  it('keeps what is written while it is filled from elsewhere', async () => {
    const { storage, of } = await open();
    const values = await of('p');
    let written: Promise<number> | undefined;
    async function* records(): AsyncGenerator<StorageRecord> {
      written = values.set('k', 'mine');
      yield { of: 'value', plugin: 'p', key: 'k', version: 4, value: 'theirs' };
    }
    await storage.import(records());
    expect(await written).toBe(5);
    expect(await values.get('k')).toEqual({ value: 'mine', version: 5 });
  });

  it('keeps the newest 100,000 rows of the hook trace', async () => {
    const { trace } = await open();
    const head = { ts: '', hook: 'h', plugin: 'p', version: '1.0.0', before: '', after: '', durationMs: 0 };
    const rows = Array.from({ length: 100_003 }, (_, index) => ({ ...head, path: `/${index}` }));
    await trace.append(rows.slice(0, 100_001));
    await trace.append(rows.slice(100_001));
    const kept = await trace.read({ limit: 200_000 });
    expect([kept.length, kept[0]?.path, kept.at(-1)?.path]).toEqual([100_000, '/3', '/100002']);
  });
});
