import { open as openFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditRows } from '@rustic-ai/kernel/testing';
import type Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inspect, newFolder, newSession, note, open } from './storage.js';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const tables = (db: Database.Database) =>
  db.prepare('select name from sqlite_schema where type = ? order by name').pluck().all('table');

describe('the file', () => {
  it('is created for its owner only, when it is first used', async () => {
    const folder = await newFolder();
    const { store } = await open(folder, { path: 'deep/er/x.db' });
    await expect(stat(join(folder, 'deep'))).rejects.toMatchObject({ code: 'ENOENT' });
    await store.create(newSession);
    const names = ['deep', 'deep/er', 'deep/er/x.db', 'deep/er/x.db-wal', 'deep/er/x.db-shm'];
    expect(await Promise.all(names.map((name) => modeOf(join(folder, name))))).toEqual([
      '700',
      '700',
      '600',
      '600',
      '600',
    ]);
  });

  it('is where an absolute path says, and nowhere for ":memory:"', async () => {
    const [folder, elsewhere] = [await newFolder(), await newFolder()];
    await (await open(folder, { path: join(elsewhere, 'a.db') })).store.create(newSession);
    await (await open(folder, { path: ':memory:' })).store.create(newSession);
    expect((await stat(join(elsewhere, 'a.db'))).isFile()).toBe(true);
    await expect(stat(join(folder, ':memory:'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps sessions and values when it is closed and opened again', async () => {
    const folder = await newFolder();
    const first = await open(folder);
    const info = await first.store.create({ ...newSession, title: 'kept' });
    await (await first.of('p')).set('k', { a: 1 });
    await first.close();
    const { store, of } = await open(folder);
    expect(await store.get('s')).toEqual(info);
    expect(await (await of('p')).get('k')).toEqual({ value: { a: 1 }, version: 1 });
  });

  it('refuses to be used after it was closed', async () => {
    const { store, close } = await open(await newFolder(), { path: ':memory:' });
    await store.create(newSession);
    await close();
    const closed = { code: 'RUSTIC_STORAGE_FAILED', details: { file: ':memory:', reason: 'it is closed' } };
    await expect(store.get('s')).rejects.toMatchObject(closed);
    await expect(store.delete('s')).rejects.toMatchObject(closed);
  });

  it('finishes the writes that wait before it closes', async () => {
    const folder = await newFolder();
    const { store, close } = await open(folder);
    await store.create(newSession);
    const all = Array.from({ length: 20 }, (_, index) => store.append('s', [note(`e${index}`)]));
    await close();
    expect(await Promise.all(all)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('a file that can not be used', () => {
  it('is refused when it is no database, and left as it is', async () => {
    const folder = await newFolder();
    const file = join(folder, 'rustic.db');
    const text = 'this is not a database, it is a text of some length\n'.repeat(100);
    await writeFile(file, text);
    const { store } = await open(folder);
    await expect(store.list({})).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file, reason: 'file is not a database (SQLITE_NOTADB)' },
      cause: { code: 'SQLITE_NOTADB' },
    });
    expect((await stat(file)).size).toBe(text.length);
  });

  it('is refused when it is a folder', async () => {
    const folder = await newFolder();
    const { store } = await open(folder, { path: '.' });
    await expect(store.get('s')).rejects.toMatchObject({ code: 'RUSTIC_STORAGE_FAILED', cause: { code: 'EISDIR' } });
  });

  it('is refused when it belongs to another program', async () => {
    const folder = await newFolder();
    await inspect(folder, (db) => db.exec('create table theirs (x)'));
    const { of } = await open(folder);
    await expect(of('p').then((values) => values.get('k'))).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file: join(folder, 'rustic.db'), reason: 'it is the database of another program' },
    });
    expect(await inspect(folder, tables)).toEqual(['theirs']);
  });

  it('is a coded failure when its pages are damaged', async () => {
    const folder = await newFolder();
    const { store, close } = await open(folder);
    await store.create(newSession);
    await store.append(
      's',
      Array.from({ length: 200 }, (_, index) => note(`e${index}`, 'x'.repeat(500))),
    );
    await close();
    const file = await openFile(join(folder, 'rustic.db'), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
    await file.close();
    await expect((await open(folder)).store.read('s', {})).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      cause: { code: expect.stringMatching(/^SQLITE_CORRUPT/) },
    });
  });
});

describe('the schema', () => {
  it('of a newer version is refused and left as it is', async () => {
    const folder = await newFolder();
    const first = await open(folder);
    await first.store.create(newSession);
    await first.close();
    await inspect(folder, (db) => db.pragma('user_version = 99'));
    await expect((await open(folder)).store.get('s')).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_VERSION',
      details: { file: join(folder, 'rustic.db'), found: 99, known: 6 },
    });
    expect(await inspect(folder, (db) => db.pragma('user_version', { simple: true }))).toBe(99);
  });

  it('of an older version is brought up to date, and what was there stays', async () => {
    const folder = await newFolder();
    const first = await open(folder);
    const info = await first.store.create(newSession);
    await first.close();
    const all = await inspect(folder, tables);
    await inspect(folder, (db) => {
      db.exec('drop view session_now; alter table entry drop column at');
      db.exec('create index session_updated on session (updated_at desc, id)');
      const later = ['gone', 'run', 'prompt', 'prompt_label', 'vector', 'account', 'counted'];
      for (const table of ['value', 'grant', 'audit', 'hook_trace', 'hook_time', ...later])
        db.exec(`drop table "${table}"`);
      db.pragma('user_version = 1');
    });
    const { store, of, audit } = await open(folder);
    expect(await (await of('p')).set('k', 1)).toBe(1);
    await audit.append(auditRows());
    expect(await store.get('s')).toEqual(info);
    expect(await inspect(folder, (db) => db.pragma('user_version', { simple: true }))).toBe(6);
    expect(await inspect(folder, tables)).toEqual(all);
  });

  it('is as before when a migration fails half-way, and is migrated once the cause is gone', async () => {
    const folder = await newFolder();
    await inspect(folder, (db) => db.exec(`pragma application_id = ${0x72737463}; create table value (x)`));
    const { store } = await open(folder);
    await expect(store.get('s')).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file: join(folder, 'rustic.db'), reason: 'table "value" already exists (SQLITE_ERROR)' },
    });
    await inspect(folder, (db) => {
      expect(tables(db)).toEqual(['value']);
      expect(db.pragma('user_version', { simple: true })).toBe(0);
      db.exec('drop table value');
    });
    expect(await store.get('s')).toBeUndefined();
  });
});

describe('a long session', () => {
  it('of 10,000 messages is read without holding up the event loop', async () => {
    const { store } = await open(await newFolder());
    await store.create(newSession);
    for (let start = 0; start < 10_000; start += 500)
      await store.append(
        's',
        Array.from({ length: 500 }, (_, index) => note(`e${start + index}`, 'word '.repeat(40))),
      );
    const longest = async () => {
      const beats = [performance.now()];
      const timer = setInterval(() => beats.push(performance.now()), 1);
      expect((await store.read('s', {})).length).toBe(10_000);
      clearInterval(timer);
      beats.push(performance.now());
      return Math.max(...beats.slice(1).map((at, index) => at - (beats[index] ?? at)));
    };
    expect(Math.min(await longest(), await longest(), await longest())).toBeLessThan(50);
  });
});

describe('the search index', () => {
  it('is brought up to date by a search, also where rows of deleted sessions are used again', async () => {
    const { store } = await open(await newFolder());
    const find = async (query: string) => (await store.search(query, {})).map(({ entry }) => entry.id);
    for (const session of ['s', 't']) {
      await store.create({ ...newSession, id: session });
      await store.append(session, [note(`${session}-1`, 'apple'), note(`${session}-2`, 'pear')]);
      expect(await find('pear')).toEqual([`${session}-2`]);
      await store.delete(session);
      expect(await find('pear')).toEqual([]);
    }
    await store.create(newSession);
    await store.append(
      's',
      Array.from({ length: 600 }, (_, index) => note(`n-${index}`, 'plum')),
    );
    expect((await store.search('plum', { limit: 1_000 })).length).toBe(600);
  });
});
