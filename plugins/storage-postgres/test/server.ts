import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';
import { openStorage, type PostgresOptions } from './fixtures/open.mjs';
import type { Started } from './shared-server.js';

/** A disk of a few megabytes for databases of a server that runs here. */
interface SmallDisk {
  readonly folder: string;
  unmount(): Promise<void>;
}
interface Server {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Throws: where nothing may be mounted. Absent: the server runs elsewhere. */
  readonly smallDisk?: (megabytes: number) => Promise<SmallDisk>;
}

const runProgram = promisify(execFile);
async function mountSmallDisk(megabytes: number, { uid, gid }: Started['owner']): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'rustic-disk-'));
  const owner = `uid=${uid ?? process.getuid?.()},gid=${gid ?? process.getgid?.()},mode=700`;
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,${owner}`, 'tmpfs', folder];
  try {
    await runProgram('mount', options);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const unmount = async () => {
    await runProgram('umount', [folder]);
    rmSync(folder, { recursive: true });
  };
  return { folder, unmount };
}
/** A database of its own on the server of this run. */
async function newDatabase(): Promise<Server> {
  const answer = JSON.parse(await text(connect(inject('postgresSocket')))) as Started | { readonly error: string };
  if ('error' in answer) throw new Error(answer.error);
  const { port, password, owner } = answer;
  const server = { host: '127.0.0.1', port, database: 'postgres', user: 'rustic', password };
  const database = `test_${randomBytes(6).toString('hex')}`;
  const client = new Client(server);
  await client.connect();
  await client.query(`create database ${database}`);
  await client.end();
  return { ...server, database, smallDisk: (megabytes) => mountSmallDisk(megabytes, owner) };
}
const given = process.env['RUSTIC_TEST_POSTGRES_URL'];
function serverOf(url: string): Server {
  const { hostname, port, pathname, username, password } = new URL(url);
  const decoded = [pathname.slice(1), username, password].map(decodeURIComponent);
  const [database = '', user = '', secret = ''] = decoded;
  return { host: hostname, port: Number(port || 5432), database, user, password: secret };
}

/** A real server, and schemas in it. Call it once in a file. */
export async function useServer() {
  const server = given ? serverOf(given) : await newDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'rustic-password-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, server.password, { mode: 0o600 });
  const admin = new Client(server);
  admin.on('error', () => {});
  await admin.connect();
  const schemas: string[] = [];
  afterAll(async () => {
    // The server of this run goes as a whole.
    if (given) for (const schema of schemas) await admin.query(`drop schema if exists ${schema} cascade`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });
  /** Schemas that are up to date and empty: to make one takes longer than most tests. */
  const free: PostgresOptions[] = [];
  const empty = async (options: PostgresOptions) => {
    const named = `select string_agg(format('%I.%I', schemaname, tablename), ', ') as names from pg_tables
      where schemaname = $1 and tablename <> 'rustic_version'`;
    const { names } = (await admin.query(named, [options.schema])).rows[0];
    if (!names) return;
    await admin.query(`truncate ${names} restart identity`);
    free.push(options);
  };
  /** A schema nobody used, which is not there yet. */
  const newSchema = (): PostgresOptions => {
    const schema = `test_${randomBytes(6).toString('hex')}`;
    schemas.push(schema);
    const { host, port, database, user } = server;
    const at = host.includes(':') ? `[${host}]` : host;
    return { server: `${at}:${port}`, database, user, password: { $file: passwordFile }, schema };
  };
  const place = async () => {
    const options = free.pop() ?? newSchema();
    return { options, open: () => openStorage(options), remove: () => empty(options) };
  };
  const open = async () => {
    const { open: openPlace, remove } = await place();
    const storage = await openPlace();
    const close = async () => {
      await storage.close();
      await remove();
    };
    return { ...storage, close };
  };
  return { server, passwordFile, admin, newSchema, place, open };
}
