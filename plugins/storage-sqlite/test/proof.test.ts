import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newFolder, newSession, open, startTransactor, startWriter } from './storage.js';

/** The proofs in full, or a small part of them. */
const full = process.env['RUSTIC_PROOF'] === 'full';
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a process killed at random moments', () => {
  it('has lost no acknowledged entry, torn none and left a sound database', async () => {
    const folder = await newFolder();
    const { store, storage } = await open(folder);
    await store.create(newSession);
    for (const round of upTo(full ? 200 : 8)) {
      const { child, until, ended } = startWriter({ folder, name: `k${round}`, count: 0, size: 3_000 });
      await until(1);
      await sleep(Math.random() * 60);
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

describe('eight processes', () => {
  it('append to one session without a gap, a loss or a duplicate', async () => {
    const folder = await newFolder();
    const { store } = await open(folder);
    await store.create(newSession);
    const each = full ? 5_000 : 200;
    const names = upTo(8).map((index) => `p${index}`);
    const writers = names.map((name) => startWriter({ folder, name, count: each }).ended);
    const ends = await Promise.all(writers);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(names.map(() => ({ code: 0, stderr: '' })));
    expect(ends.flatMap(({ lines }) => lines.map(Number)).toSorted((a, b) => a - b)).toEqual(upTo(8 * each));
    const entries = await store.read('s', {});
    expect(entries.map(({ seq }) => seq)).toEqual(upTo(8 * each));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(8 * each);
  }, 600_000);
});

describe('a process killed within transactions', () => {
  it('has left all that a transaction did, or nothing of it', async () => {
    const folder = await newFolder();
    const { store, storage, runs, of } = await open(folder);
    await store.create(newSession);
    await runs.create({ id: 'r', kind: 'count', name: 'r', state: 1 });
    const values = await of('p');
    for (const round of upTo(full ? 200 : 5)) {
      const { child, until, ended } = startTransactor({ folder });
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

describe('hard input', () => {
  it('of 50 MB comes back as it was', async () => {
    const { store } = await open(await newFolder());
    await store.create(newSession);
    const text = 'needle \u0000 \ud800 漢 '.repeat(2_000_000);
    await store.append('s', [{ id: 'a', ts: '2026-01-01T00:00:00.000Z', type: 'note', body: { text } }]);
    const [entry] = await store.read('s', {});
    expect(JSON.stringify(entry?.body) === JSON.stringify({ text })).toBe(true);
    expect((await store.search('needle', {})).map((hit) => hit.entry.id)).toEqual(['a']);
  }, 120_000);
});
