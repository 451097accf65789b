import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecordFile } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage, type PostgresOptions } from './fixtures/open.mjs';
import { useServer } from './server.js';

const { server, admin, newSchema } = await useServer();
const session = { id: 's', agent: 'main', tags: [] };
const note = (id: string, body: string = id) => ({ id, ts: '2026-01-01T00:00:00.000Z', type: 'note' as const, body });
async function open(options: PostgresOptions) {
  const storage = await openStorage(options);
  onTestFinished(() => storage.close());
  return storage;
}
const placeOf = ({ server: at, database, schema }: PostgresOptions) => `postgres://${at}/${database} schema ${schema}`;

describe('a server that can not be used', () => {
  it('because of a wrong password is a coded failure that does not show it, and is used once it is right', async () => {
    const options = newSchema();
    const folder = await mkdtemp(join(tmpdir(), 'rustic-password-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const $file = join(folder, 'password');
    await writeFile($file, 'not-the-password');
    const { store } = await open({ ...options, password: { $file } });
    const error = await store.get('s').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file: placeOf(options), reason: expect.stringMatching(/\(28P01\)$/) },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('not-the-password');
    await writeFile($file, server.password);
    expect(await store.get('s')).toBeUndefined();
  });

  it('because nobody listens, or it offers no TLS, is a coded failure', async () => {
    const nobody = await open({ ...newSchema(), server: '127.0.0.1:1' });
    await expect(nobody.store.get('s')).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: expect.stringContaining('ECONNREFUSED') },
    });
    const plain = await open({ ...newSchema(), tls: true });
    await expect(plain.store.get('s')).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: expect.stringContaining('SSL') },
    });
  });
});

describe('a schema', () => {
  it('of a newer version is refused, and not changed', async () => {
    const options = newSchema();
    const first = await open(options);
    await first.store.create(session);
    await admin.query(`update ${options.schema}.rustic_version set version = 99`);
    const { store } = await open(options);
    await expect(store.get('s')).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_VERSION',
      details: { file: placeOf(options), found: 99, known: 3 },
    });
    expect((await first.store.get('s'))?.id).toBe('s');
  });

  it('of an older version is brought up to date, and what was there stays and counts', async () => {
    const options = newSchema();
    const first = await open(options);
    await first.store.create(session);
    const told = { model: 'm', usage: { inputTokens: 1, outputTokens: 2 } };
    await first.store.append('s', [{ ...note('a'), body: told }, note('b', '\u0000')]);
    await (await first.of('p')).set('k', 1);
    await first.close();
    const inSchema = (statement: string) => admin.query(`set search_path = ${options.schema}; ${statement}`);
    await inSchema(`drop table run, prompt, prompt_label, vector; drop trigger session_tell on session;
      drop trigger value_tell on value; drop function tell; drop trigger session_tell_gone on session;
      drop trigger value_tell_gone on value; drop function tell_gone; drop index entry_account;
      alter table entry drop column account; update rustic_version set version = 1; set search_path = default`);
    const { store, of, storage } = await open(options);
    expect(await store.accounts({})).toEqual([{ session: 's', seq: 1, ts: note('a').ts, told }]);
    expect(await (await of('p')).set('k', 2, 1)).toBe(2);
    expect(await storage.migrate()).toEqual({ from: 1, to: 3 });
    expect(await store.append('s', [note('c')])).toBe(3);
  });

  it('of another program is refused, and not changed', async () => {
    const options = newSchema();
    await admin.query(`create schema ${options.schema}`);
    await admin.query(`create table ${options.schema}.session (theirs text)`);
    const { store } = await open(options);
    await expect(store.create(session)).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: 'it is the schema of another program' },
    });
    const tables = `select table_name from information_schema.tables where table_schema = '${options.schema}'`;
    expect((await admin.query(tables)).rows).toEqual([{ table_name: 'session' }]);
  });

  it('whose gaps somebody made is not sound; one whose audit rows are touched refuses it', async () => {
    const options = newSchema();
    const { store, storage } = await open(options);
    await store.create(session);
    await store.append('s', [note('a'), note('b')]);
    await admin.query(`delete from ${options.schema}.entry where seq = 1`);
    expect(await storage.check()).toEqual(['the entries of session s are not numbered from 1 without gaps']);
    await admin.query(`insert into ${options.schema}.audit values (1, '{}')`);
    await expect(admin.query(`delete from ${options.schema}.audit`)).rejects.toThrow(/never changed or deleted/);
  });
});

describe('a connection that is dropped', () => {
  it('in a transaction is a coded failure that wrote nothing, and the next call works', async () => {
    const options = newSchema();
    const { store } = await open(options);
    await store.create(session);
    await admin.query('begin');
    await admin.query(`select * from ${options.schema}.session where id = 's' for update`);
    const lost = expect(store.append('s', [note('lost')])).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: expect.stringContaining('57P01') },
    });
    const isWaiting = `select pid from pg_stat_activity
      where datname = current_database() and application_name = 'rustic-ai' and wait_event_type = 'Lock'`;
    const other = new Client(server);
    await other.connect();
    onTestFinished(() => other.end());
    let found: readonly { pid: number }[] = [];
    while (found.length === 0) found = (await other.query<{ pid: number }>(isWaiting)).rows;
    await other.query('select pg_terminate_backend($1)', [found[0]?.pid]);
    await lost;
    await admin.query('rollback');
    expect(await store.append('s', [note('kept')])).toBe(1);
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'rustic-ai'`);
    const read = () => store.read('s', {}).catch(() => store.read('s', {}));
    expect((await read()).map(({ id }) => id)).toEqual(['kept']);
  });

  it('while changes are followed is a gap, after which they are told again', async () => {
    const listening = "from pg_stat_activity where datname = current_database() and query like 'listen %'";
    const { storage, of } = await open(newSchema());
    const changes = storage.changes()[Symbol.asyncIterator]();
    expect(await changes.next()).toEqual({ done: false, value: { of: 'gap' } });
    const next = changes.next();
    await admin.query(`select pg_terminate_backend(pid) ${listening}`);
    expect(await next).toEqual({ done: false, value: { of: 'gap' } });
    await (await of('p')).set('k', 1);
    expect((await changes.next()).value).toEqual({ of: 'value', plugin: 'p', key: 'k', version: 1 });
    await changes.return?.();
    while ((await admin.query(`select 1 ${listening}`)).rowCount);
  });

  it('while sessions are held lets them go, and they can be held again', async () => {
    const options = newSchema();
    const [one, other] = [await open(options), await open(options)];
    const held = [await one.store.hold('a', { waitMs: 0 }), await one.store.hold('b', { waitMs: 0 })];
    await expect(other.store.hold('a', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()`);
    const next = await other.store.hold('a', { waitMs: 10_000 });
    for (const { release } of held) await release();
    await expect(one.store.hold('a', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    await next.release();
    await (await one.store.hold('a', { waitMs: 0 })).release();
    const last = await one.store.hold('a', { waitMs: 0 });
    await one.close();
    await expect(other.store.hold('a', { waitMs: 0 })).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
    await last.release();
    await (await other.store.hold('a', { waitMs: 10_000 })).release();
  });

  it('that never came about is what following changes fails with', async () => {
    const { storage } = await open({ ...newSchema(), server: '127.0.0.1:1' });
    await expect(storage.changes()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('and a lock that is not let go are told apart', async () => {
    const options = { ...newSchema(), lockTimeoutMs: 50 };
    const { store } = await open(options);
    await store.create(session);
    await admin.query('begin');
    await admin.query(`select * from ${options.schema}.session where id = 's' for update`);
    await expect(store.append('s', [note('a')])).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_LOCKED',
      details: { file: placeOf(options), reason: expect.stringContaining('55P03') },
    });
    await admin.query('rollback');
    expect(await store.append('s', [note('b')])).toBe(1);
  });

  it('by a role that may only read is a coded failure', async () => {
    const options = newSchema();
    await (await open(options)).store.create(session);
    const { user, database } = server;
    const role = `alter role ${user} in database ${database}`;
    await admin.query(`${role} set default_transaction_read_only = on`);
    onTestFinished(async () => {
      const client = new Client(server);
      await client.connect();
      await client.query('set default_transaction_read_only = off');
      await client.query(`${role} reset default_transaction_read_only`);
      await client.end();
    });
    const { store } = await open(options);
    await expect(store.append('s', [note('a')])).rejects.toMatchObject({ code: 'RUSTIC_STORAGE_READ_ONLY' });
  });
});

describe('a disk that is full', () => {
  it('is a coded failure, nothing acknowledged is lost, and it goes on once there is room', async (context) => {
    if (!server.smallDisk) return context.skip('the server runs elsewhere: its disk can not be filled from here');
    let disk: Awaited<ReturnType<typeof server.smallDisk>>;
    try {
      disk = await server.smallDisk(32);
    } catch (error) {
      return context.skip(`no small disk can be mounted here: ${(error as Error).message}`);
    }
    const database = `full_${randomBytes(6).toString('hex')}`;
    await admin.query(`create tablespace ${database} location '${disk.folder}'`);
    const end = async () => {
      await admin.query(`drop database if exists ${database} with (force)`);
      await admin.query(`drop tablespace ${database}`);
      await disk.unmount();
    };
    try {
      await admin.query(`create database ${database} tablespace ${database}`);
      const ballast = join(disk.folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(4_000_000, 1));
      const options = { ...newSchema(), database };
      const { store, storage, of, close } = await openStorage(options);
      await store.create(session);
      // Random text: what is kept is compressed.
      const text = () => randomBytes(30_000).toString('hex');
      const kept: string[] = [];
      const append = async () => {
        const body = text();
        await store.append('s', [note(`e${kept.length}`, body)]);
        kept.push(body);
      };
      let failure: unknown;
      while (!failure) await append().catch((error: unknown) => (failure = error));
      expect(failure).toMatchObject({
        code: 'RUSTIC_STORAGE_FAILED',
        details: { file: placeOf(options), reason: expect.stringMatching(/could not extend file.*\(53100\)$/) },
      });
      expect(kept.length).toBeGreaterThan(20);
      expect((await store.read('s', {})).map(({ body }) => body)).toEqual(kept);
      // Within a transaction all of it is undone.
      const within = storage.transaction(async ({ sessions, values }) => {
        await values('p').set('k', 1);
        for (let more = 0; more < 200; more++) await sessions.append('s', [note(`t${more}`, text())]);
      });
      await expect(within).rejects.toMatchObject({
        code: 'RUSTIC_STORAGE_FAILED',
        details: { reason: expect.stringMatching(/\(53100\)$/) },
      });
      expect((await store.read('s', {})).map(({ body }) => body)).toEqual(kept);
      expect(await (await of('p')).get('k')).toBeUndefined();
      await rm(ballast);
      await append();
      await storage.transaction(async ({ sessions, values }) => {
        await values('p').set('k', 2);
        const body = text();
        await sessions.append('s', [note('last', body)]);
        kept.push(body);
      });
      expect(await (await of('p')).get('k')).toMatchObject({ value: 2 });
      expect((await store.read('s', {})).map(({ body }) => body)).toEqual(kept);
      expect(await storage.check()).toEqual([]);
      await close();
    } finally {
      await end();
    }
  }, 120_000);
});

describe('hard input', () => {
  it('of 50 MB comes back as it was, and its beginning is found', async () => {
    const { store } = await open(newSchema());
    await store.create(session);
    const body = `needle ${Array.from({ length: 4_000_000 }, (_, index) => `w${index % 99_991}`).join(' ')} \u0000\ud800`;
    expect(body.length).toBeGreaterThan(25_000_000);
    await store.append('s', [note('a', body.repeat(2))]);
    const [entry] = await store.read('s', {});
    expect(entry?.body === body.repeat(2)).toBe(true);
    expect((await store.search('needle w17', {})).map((hit) => hit.entry.id)).toEqual(['a']);
  }, 120_000);

  it('as an id is an exact name or a coded failure, never another one', async () => {
    const { store } = await open(newSchema());
    const long = Array.from({ length: 4_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)),
    ).join('');
    await expect(store.create({ ...session, id: long })).rejects.toMatchObject({ code: 'RUSTIC_STORAGE_FAILED' });
    expect(await store.list({})).toEqual([]);
    for (const id of ["'; drop table session; --", '$1', '%', '\\'])
      expect((await store.create({ ...session, id })).id).toBe(id);
    expect(await store.list({})).toHaveLength(4);
  });
});

describe('what SQLite keeps', () => {
  it('is the same after it went to PostgreSQL, and from there in a backup back', async () => {
    const kernels = await Promise.all([0, 1].map(() => createTestKernel({ plugins: [sqlite] })));
    onTestFinished(async () => void (await Promise.all(kernels.map((kernel) => kernel.dispose()))));
    const [first, last] = await Promise.all(kernels.map((kernel) => kernel.service('storage')));
    const store = await kernels[0]?.service('session.store');
    for (const id of ['ü', 'a', '🦀', '\ufb01']) {
      await store?.create({ ...session, id, title: `T ${id}` });
      await store?.append(
        id,
        Array.from({ length: 300 }, (_, index) => note(`${id}-${index}`, 'x\u0000\ud800')),
      );
    }
    await (await kernels[0]?.service('key-value', 'p'))?.set('k', { a: [1.5e-7, null] });
    const { storage } = await open(newSchema());
    if (first) await storage.import(first.export());
    const folder = await mkdtemp(join(tmpdir(), 'rustic-backup-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await storage.backup(join(folder, 'backup'));
    await last?.import(readRecordFile(join(folder, 'backup')));
    const dump = async (one = first) => JSON.stringify(one ? await Array.fromAsync(one.export()) : []);
    expect(await dump(storage)).toBe(await dump());
    expect(await dump(last)).toBe(await dump());
  });
});
