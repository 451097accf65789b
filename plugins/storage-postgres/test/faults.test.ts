import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      details: { file: placeOf(options), found: 99, known: 1 },
    });
    expect((await first.store.get('s'))?.id).toBe('s');
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
    const waiting = store.append('s', [note('lost')]);
    const isWaiting = `select pid from pg_stat_activity where application_name = 'rustic-ai' and wait_event_type = 'Lock'`;
    const other = new Client(server);
    await other.connect();
    onTestFinished(() => other.end());
    let found: readonly { pid: number }[] = [];
    while (found.length === 0) found = (await other.query<{ pid: number }>(isWaiting)).rows;
    await other.query('select pg_terminate_backend($1)', [found[0]?.pid]);
    await expect(waiting).rejects.toMatchObject({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { reason: expect.stringContaining('57P01') },
    });
    await admin.query('rollback');
    expect(await store.append('s', [note('kept')])).toBe(1);
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rustic-ai'`);
    const read = () => store.read('s', {}).catch(() => store.read('s', {}));
    expect((await read()).map(({ id }) => id)).toEqual(['kept']);
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
    await admin.query('alter role rustic set default_transaction_read_only = on');
    onTestFinished(async () => {
      const client = new Client(server);
      await client.connect();
      await client.query('set default_transaction_read_only = off');
      await client.query('alter role rustic reset default_transaction_read_only');
      await client.end();
    });
    const { store } = await open(options);
    await expect(store.append('s', [note('a')])).rejects.toMatchObject({ code: 'RUSTIC_STORAGE_READ_ONLY' });
  });
});

describe('hard input', () => {
  it('of 50 MB comes back as it was, and its beginning is found', async () => {
    const { store } = await open(newSchema());
    await store.create(session);
    const body = `needle ${Array.from({ length: 5_000_000 }, (_, index) => `w${index % 99_991}`).join(' ')} \u0000\ud800`;
    expect(body.length).toBeGreaterThan(30_000_000);
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
  it('is the same after it went to PostgreSQL and back', async () => {
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
    await last?.import(storage.export());
    const dump = async (one = first) => JSON.stringify(one ? await Array.fromAsync(one.export()) : []);
    expect(await dump(storage)).toBe(await dump());
    expect(await dump(last)).toBe(await dump());
  });
});
