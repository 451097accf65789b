import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inspect, newFolder, newSession, note, open, startHolder, startWriter } from './storage.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('two processes', () => {
  it('append to one session of one database without a gap, a loss or a duplicate', async () => {
    const folder = await newFolder();
    const { store } = await open(folder);
    await store.create(newSession);
    const writers = ['a', 'b'].map((name) => startWriter({ folder, name, count: 300 }).ended);
    const ends = await Promise.all(writers);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const acknowledged = ends.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
    expect(acknowledged).toEqual(upTo(600));
    const entries = await store.read('s', {});
    expect(entries.map(({ seq }) => seq)).toEqual(upTo(600));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(600);
  });

  it('create the database at the same moment', async () => {
    const folder = await newFolder();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const writers = names.map((name) => startWriter({ folder, name, count: 1 }).ended);
    const unknown = JSON.stringify({ code: 'RUSTIC_SESSION_UNKNOWN', details: { session: 's' } });
    expect((await Promise.all(writers)).map(({ lines }) => lines)).toEqual(names.map(() => [unknown]));
  });

  it('of which one holds the lock: the other waits without holding up its event loop, then appends', async () => {
    const folder = await newFolder();
    const { store } = await open(folder);
    await store.create(newSession);
    const beats: number[] = [];
    const timer = setInterval(() => beats.push(performance.now()), 5);
    await inspect(folder, async (other) => {
      other.exec('begin immediate');
      const appended = store.append('s', [note('a')]);
      while (beats.length < 60) await nextTurn();
      other.exec('rollback');
      expect(await appended).toBe(1);
    });
    clearInterval(timer);
    const gaps = beats.slice(1).map((at, index) => at - (beats[index] ?? at));
    expect(gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.9)]).toBeLessThan(50);
  });

  it('of which one never lets go: the other gets a coded error at its limit, and works afterwards', async () => {
    const folder = await newFolder();
    const { store } = await open(folder, { lockTimeoutMs: 50 });
    await store.create(newSession);
    await inspect(folder, async (other) => {
      other.exec('begin immediate');
      await expect(store.append('s', [note('a')])).rejects.toMatchObject({
        code: 'RUSTIC_STORAGE_LOCKED',
        details: { file: `${folder}/rustic.db`, reason: 'database is locked (SQLITE_BUSY)' },
        cause: { code: 'SQLITE_BUSY' },
      });
      other.exec('rollback');
      expect(await store.append('s', [note('b')])).toBe(1);
    });
  });
});

describe('changes', () => {
  it('of another process are told, and a deletion, whatever is written in its place', async () => {
    const folder = await newFolder();
    const { store, storage } = await open(folder);
    await store.create(newSession);
    const changes = storage.changes()[Symbol.asyncIterator]();
    const next = async () => (await changes.next()).value;
    expect(await next()).toEqual({ of: 'gap' });
    const { ended } = startWriter({ folder, name: 'w', count: 50 });
    for (let seq = 0; seq < 50;) {
      const change = await next();
      expect(change).toEqual({ of: 'session', session: 's', seq: expect.any(Number) });
      seq = change?.of === 'session' ? change.seq : 0;
    }
    await ended;
    await store.delete('s');
    await store.create(newSession);
    await store.append('s', [note('anew')]);
    let told = await next();
    // Both at once, or one after the other, as it was looked.
    if (told?.of === 'session' && told.seq === 0) told = await next();
    expect(told).toEqual({ of: 'session', session: 's', seq: 1 });
    await store.append('s', [note('next')]);
    expect(await next()).toEqual({ of: 'session', session: 's', seq: 2 });
    await changes.return?.();
  });

  it('that another program made unseen are a gap', async () => {
    const folder = await newFolder();
    const { store, storage } = await open(folder);
    await store.create(newSession);
    await store.append('s', [note('a'), note('b')]);
    const changes = storage.changes()[Symbol.asyncIterator]();
    expect((await changes.next()).value).toEqual({ of: 'gap' });
    await inspect(folder, (db) => db.exec('delete from entry where seq = 2; update session set entries = 1'));
    expect((await changes.next()).value).toEqual({ of: 'gap' });
    await changes.return?.();
  });
});

describe('a session held by another process', () => {
  it('is busy until that process releases it, and whoever waits is next', async () => {
    const folder = await newFolder();
    const { store, close } = await open(folder);
    const first = startHolder({ folder, waitMs: 0 });
    await first.until(1);
    const refused = startHolder({ folder, waitMs: 0 });
    expect(await refused.until(1)).toEqual(['RUSTIC_SESSION_BUSY']);
    await expect(store.hold('s', { waitMs: 50 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    const waiting = startHolder({ folder, waitMs: 60_000 });
    first.child.stdin.end();
    expect(await waiting.until(1)).toEqual(['held']);
    await expect(store.hold('s', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    waiting.child.stdin.end();
    await waiting.ended;
    await (await store.hold('s', { waitMs: 0 })).release();
    await (await store.hold('another', { waitMs: 0 })).release();
    await close();
    expect(await readdir(join(folder, 'rustic.db-held'))).toEqual([]);
  });

  it('is held by one at a time, also of two in one process, and of one who held it before', async () => {
    const folder = await newFolder();
    const both = [await open(folder), await open(folder)] as const;
    const busy = { code: 'RUSTIC_SESSION_BUSY' };
    for (let round = 0; round < 3; round++)
      for (const [one, other] of [both, both.toReversed()] as const) {
        const held = await one?.store.hold('s', { waitMs: 0 });
        await expect(other?.store.hold('s', { waitMs: 0 })).rejects.toMatchObject(busy);
        const outside = startHolder({ folder, waitMs: 0 });
        expect(await outside.until(1)).toEqual(['RUSTIC_SESSION_BUSY']);
        await outside.ended;
        await (await other?.store.hold('another', { waitMs: 0 }))?.release();
        await held?.release();
      }
    const left = await both[0].store.hold('s', { waitMs: 0 });
    await both[0].close();
    await expect(both[1].store.hold('s', { waitMs: 0 })).rejects.toMatchObject(busy);
    await left.release();
    await (await both[1].store.hold('s', { waitMs: 0 })).release();
    await both[1].close();
    expect(await readdir(join(folder, 'rustic.db-held'))).toEqual([]);
  });

  it('is free again once that process is killed', async () => {
    const folder = await newFolder();
    const { store } = await open(folder);
    const { child, until, ended } = startHolder({ folder, waitMs: 0 });
    expect(await until(1)).toEqual(['held']);
    child.kill('SIGKILL');
    await ended;
    await (await store.hold('s', { waitMs: 0 })).release();
  });
});

describe('a killed process', () => {
  it('has lost no acknowledged entry and left a sound database', async () => {
    const folder = await newFolder();
    const before = await open(folder);
    await before.store.create(newSession);
    for (const [round, enough] of [20, 75, 150].entries()) {
      const { child, lines, ended } = startWriter({ folder, name: `k${round}`, count: 0, size: 3000 });
      while (lines().length < enough) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      const last = Number((await ended).lines.at(-1));
      const { store, close } = await open(folder);
      const entries = await store.read('s', {});
      expect(entries.length).toBeGreaterThanOrEqual(last);
      expect(entries.map(({ seq }) => seq)).toEqual(upTo(entries.length));
      expect((await store.get('s'))?.entries).toBe(entries.length);
      await close();
      await inspect(folder, (db) => {
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
        db.exec("insert into entry_text (entry_text) values ('integrity-check')");
      });
    }
  });

  it('that could write no more got a coded error, and everything acknowledged before is there', async () => {
    const folder = await newFolder();
    const { store } = await open(folder);
    await store.create(newSession);
    const { code, lines } = await startWriter({ folder, name: 'w', count: 0, size: 20_000, limitBlocks: 1024 }).ended;
    expect(code).toBe(3);
    const error = JSON.parse(lines.at(-1) ?? '');
    expect(error).toEqual({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file: `${folder}/rustic.db`, reason: expect.stringMatching(/SQLITE_(FULL|IOERR)/) },
    });
    expect((await store.read('s', {})).map(({ seq }) => seq)).toEqual(upTo(lines.length - 1));
    expect(await store.append('s', [note('after')])).toBe(lines.length);
  });
});
