import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

/** A server that was started for the tests of one run. `owner` may read its files. */
export interface Started {
  readonly port: number;
  readonly password: string;
  readonly owner: { readonly uid?: number; readonly gid?: number };
}
declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever connects there gets a `Started` as JSON, or the text of an error. */
    postgresSocket: string;
  }
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
function userToRunAs(): Started['owner'] {
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
// Nothing here crashes the machine: what a server writes need not reach the disk.
const settings = { listen_addresses: '127.0.0.1', max_connections: 200, fsync: 'off', full_page_writes: 'off' };

async function startServer(): Promise<Started & { stop(): Promise<void> }> {
  const bin = programs();
  const owner = userToRunAs();
  const folder = mkdtempSync(join(tmpdir(), 'rustic-postgres-'));
  const password = randomBytes(12).toString('hex');
  const pwfile = join(folder, 'password');
  writeFileSync(pwfile, password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined)
    for (const path of [folder, pwfile]) chownSync(path, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const init = ['-D', data, '-U', 'rustic', '-A', 'scram-sha-256', `--pwfile=${pwfile}`, '-E', 'UTF8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), init, { ...owner, cwd: folder, env, stdio: 'pipe' });
  const port = await freePort();
  const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child: ChildProcess = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-k', folder, ...set], {
    ...owner,
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit');
  const end = () => void child.kill('SIGQUIT');
  process.once('exit', end);
  // The last line of this file is written when it takes connections.
  const ready = join(data, 'postmaster.pid');
  const isReady = () => existsSync(ready) && readFileSync(ready, 'utf8').trimEnd().endsWith('ready');
  while (!isReady()) {
    if (child.exitCode !== null) throw new Error(`The PostgreSQL server did not start:\n${said}`);
    await sleep(20);
  }
  return {
    ...{ port, password, owner },
    async stop() {
      child.kill('SIGINT');
      await ended;
      process.off('exit', end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts one server for all files of a run, when the first of them asks for it, and ends it with the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'rustic-server-'));
  const path = join(folder, 'socket');
  let starting: ReturnType<typeof startServer> | undefined;
  const listener = createServer((socket) => {
    starting ??= startServer();
    starting.then(
      ({ port, password, owner }) => socket.end(JSON.stringify({ port, password, owner } satisfies Started)),
      (error: Error) => socket.end(JSON.stringify({ error: error.message })),
    );
  }).listen(path);
  await once(listener, 'listening');
  project.provide('postgresSocket', path);
  return async () => {
    listener.close();
    rmSync(folder, { recursive: true, force: true });
    await (await starting?.catch(() => undefined))?.stop();
  };
}
