import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll } from 'vitest';
import { openStorage, type PostgresOptions } from './fixtures/open.mjs';

interface Server {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** Where Debian and others put the server's programs. */
const folders = [
  ...(process.env['PATH'] ?? '').split(':'),
  ...globSync('/usr/lib/postgresql/*/bin').toSorted().reverse(),
];
function programs(): string {
  const found = folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
  if (found) return found;
  throw new Error(
    'These tests need a PostgreSQL server: set RUSTIC_TEST_POSTGRES_URL, or install one (Debian: apt-get install postgresql).',
  );
}
/** The server refuses to run as root. */
function userToRunAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

/** A server of its own for one file of tests; ended after them. */
async function startServer(): Promise<Server> {
  const bin = programs();
  const as = userToRunAs();
  const folder = mkdtempSync(join(tmpdir(), 'rustic-postgres-'));
  const password = randomBytes(12).toString('hex');
  const pwfile = join(folder, 'password');
  writeFileSync(pwfile, password, { mode: 0o600 });
  if (as.uid !== undefined && as.gid !== undefined)
    for (const path of [folder, pwfile]) chownSync(path, as.uid, as.gid);
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const init = ['-D', data, '-U', 'rustic', '-A', 'scram-sha-256', `--pwfile=${pwfile}`, '-E', 'UTF8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), init, { ...as, cwd: folder, env, stdio: 'pipe' });
  const port = await freePort();
  const child: ChildProcess = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60'],
    { ...as, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit');
  const end = () => void child.kill('SIGQUIT');
  process.once('exit', end);
  afterAll(async () => {
    child.kill('SIGINT');
    await ended;
    process.off('exit', end);
    rmSync(folder, { recursive: true, force: true });
  });
  const server = { host: '127.0.0.1', port, database: 'postgres', user: 'rustic', password };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The PostgreSQL server did not start:\n${said}`);
    const client = new Client(server);
    try {
      await client.connect();
      await client.end();
      return server;
    } catch {
      await sleep(20);
    }
  }
}
const given = process.env['RUSTIC_TEST_POSTGRES_URL'];
function serverOf(url: string): Server {
  const { hostname, port, pathname, username, password } = new URL(url);
  const decoded = [pathname.slice(1), username, password].map(decodeURIComponent);
  const [database = '', user = '', secret = ''] = decoded;
  return { host: hostname, port: Number(port || 5432), database, user, password: secret };
}

/** A real server, and schemas in it that are dropped again. Call it once in a file. */
export async function useServer() {
  const server = given ? serverOf(given) : await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'rustic-password-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, server.password, { mode: 0o600 });
  const admin = new Client(server);
  admin.on('error', () => {});
  await admin.connect();
  const schemas: string[] = [];
  afterAll(async () => {
    for (const schema of schemas) await admin.query(`drop schema if exists ${schema} cascade`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });
  /** A schema nobody used, which is not there yet. */
  const newSchema = (): PostgresOptions => {
    const schema = `test_${randomBytes(6).toString('hex')}`;
    schemas.push(schema);
    const { host, port, database, user } = server;
    const at = host.includes(':') ? `[${host}]` : host;
    return { server: `${at}:${port}`, database, user, password: { $file: passwordFile }, schema };
  };
  const drop = async ({ schema }: PostgresOptions) =>
    void (await admin.query(`drop schema if exists ${schema} cascade`));
  const place = async () => {
    const options = newSchema();
    return { open: () => openStorage(options), remove: () => drop(options) };
  };
  const open = async () => {
    const options = newSchema();
    const storage = await openStorage(options);
    const close = async () => {
      await storage.close();
      await drop(options);
    };
    return { ...storage, close };
  };
  return { server, passwordFile, admin, newSchema, place, open };
}
