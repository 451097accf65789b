import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage, type PostgresOptions } from './fixtures/open.mjs';
import { start } from './process.js';
import { useServer } from './server.js';

const { newSchema } = await useServer();
/** The proofs in full, or a small part of them. */
const full = process.env['RUSTIC_PROOF'] === 'full';
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const session = { id: 's', agent: 'main', tags: [] };
async function open(options: PostgresOptions) {
  const storage = await openStorage(options);
  onTestFinished(() => storage.close());
  return storage;
}

describe('eight processes', () => {
  it('append to one session without a gap, a loss or a duplicate', async () => {
    const options = newSchema();
    const { store } = await open(options);
    await store.create(session);
    const each = full ? 5_000 : 100;
    const names = upTo(8).map((index) => `p${index}`);
    const ends = await Promise.all(names.map((name) => start('writer', options, name, each, 10).ended));
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(names.map(() => ({ code: 0, stderr: '' })));
    const acknowledged = ends.flatMap(({ lines }) => lines.map(Number)).toSorted((a, b) => a - b);
    expect(acknowledged).toEqual(upTo(8 * each));
    const entries = await store.read('s', {});
    expect(entries.map(({ seq }) => seq)).toEqual(upTo(8 * each));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(8 * each);
  }, 600_000);

  it('create the schema at the same moment', async () => {
    const options = newSchema();
    const ends = await Promise.all(upTo(8).map((index) => start('writer', options, `p${index}`, 1, 1).ended));
    const unknown = JSON.stringify({ code: 'RUSTIC_SESSION_UNKNOWN', details: { session: 's' } });
    expect(ends.map(({ lines }) => lines)).toEqual(upTo(8).map(() => [unknown]));
  });
});

describe('a process killed at random moments', () => {
  it('has lost no acknowledged entry and torn none', async () => {
    const options = newSchema();
    const { store, storage } = await open(options);
    await store.create(session);
    for (const round of upTo(full ? 200 : 8)) {
      const { child, until, ended } = start('writer', options, `k${round}`, 0, 3_000);
      await until(1);
      await sleep(Math.random() * 100);
      child.kill('SIGKILL');
      const { lines, stderr } = await ended;
      const last = Number(lines.at(-1));
      expect(stderr).toBe('');
      const { entries } = (await store.get('s')) ?? { entries: 0 };
      expect(entries).toBeGreaterThanOrEqual(last);
      const newest = await store.read('s', { last: 100 });
      expect(newest.map(({ seq }) => seq)).toEqual(upTo(entries).slice(-100));
      expect(newest.filter(({ body }) => (body as { text: string }).text.length !== 3_000)).toEqual([]);
    }
    const all = await store.read('s', {});
    expect(all.map(({ seq }) => seq)).toEqual(upTo(all.length));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(await storage.check()).toEqual([]);
  }, 600_000);
});

describe('a process killed within transactions', () => {
  it('has left all that a transaction did, or nothing of it', async () => {
    const options = newSchema();
    const { store, storage, runs, of } = await open(options);
    await store.create(session);
    await runs.create({ id: 'r', kind: 'count', name: 'r', state: 1 });
    const values = await of('p');
    for (const round of upTo(full ? 200 : 5)) {
      const { child, until, ended } = start('transactor', options);
      await until(1);
      await sleep(Math.random() * 60);
      child.kill('SIGKILL');
      const { lines, stderr } = await ended;
      const acknowledged = Number(lines.at(-1));
      expect(stderr).toBe('');
      const run = await runs.get('r');
      const kept = [(await store.get('s'))?.entries, (await values.get('k'))?.version, Number(run?.state) - 1];
      const count = (run?.version ?? 0) - 1;
      expect(kept, `round ${round}`).toEqual([count, count, count]);
      expect(count + 1).toBeGreaterThanOrEqual(acknowledged);
    }
    expect(await storage.check()).toEqual([]);
  }, 600_000);
});

describe('a session held by another process', () => {
  it('is busy until that process releases it, and free once it is killed', async () => {
    const options = newSchema();
    const { store } = await open(options);
    const first = start('holder', options, 0);
    expect(await first.until(1)).toEqual(['held']);
    await expect(store.hold('s', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    const second = start('holder', options, 60_000);
    first.child.stdin.end();
    expect(await second.until(1)).toEqual(['held']);
    await expect(store.hold('s', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    second.child.kill('SIGKILL');
    await second.ended;
    await (await store.hold('s', { waitMs: 10_000 })).release();
  });
});
