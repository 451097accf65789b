import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditLog } from '@rustic-ai/kernel/contracts';
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { openStorage } from './fixtures/open.mjs';

/** A folder that is removed after the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-storage-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
/** The plugin on a folder, closed after the test. */
export async function open(folder: string, options: Parameters<typeof openStorage>[1] = {}) {
  const storage = await openStorage(folder, options);
  onTestFinished(() => storage.close());
  return storage;
}
/** Looks at the file with SQLite itself. */
export async function inspect<T>(folder: string, look: (db: Database.Database) => T | Promise<T>): Promise<T> {
  const db = new Database(join(folder, 'rustic.db'));
  try {
    return await look(db);
  } finally {
    db.close();
  }
}
export const note = (id: string, text = id) => ({
  id,
  ts: '2026-01-01T00:00:00.000Z',
  type: 'note' as const,
  body: { text },
});
export const newSession = { id: 's', agent: 'main', tags: [] };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Reads the whole log, demands that every row is what it was and follows the one before, and gives their calls. */
export async function callsOfChain(audit: AuditLog): Promise<readonly string[]> {
  const rows = await audit.read({ limit: 1_000_000 });
  const digests = rows.map(({ digest: _, ...row }) => sha256(JSON.stringify(row)));
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map(({ digest }) => digest)).toEqual(digests);
  expect(rows.map(({ previous }) => previous)).toEqual([sha256(''), ...digests].slice(0, rows.length));
  return rows.map(({ call }) => call);
}

/** A real process; `limitBlocks` is the size no file may outgrow until it is lifted, in units of 1024 bytes. */
function start(fixture: string, given: readonly (string | number)[], limitBlocks?: number) {
  const script = fileURLToPath(new URL(`fixtures/${fixture}.mjs`, import.meta.url));
  const argv = [process.execPath, script, ...given.map(String)];
  const child = limitBlocks
    ? spawn('bash', ['-c', `ulimit -S -f ${limitBlocks} && exec "$@"`, 'bash', ...argv])
    : spawn(argv[0] ?? '', argv.slice(1));
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  let wake = () => {};
  const said = (text = '') => {
    stdout += text;
    wake();
  };
  child.stdout.setEncoding('utf8').on('data', said).on('end', said);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = () => stdout.split('\n').slice(0, -1);
  return {
    child,
    lines,
    /** Resolves with the lines once there are that many, or a failure among them, or no more will come. */
    async until(count: number) {
      while (lines().length < count && !stdout.includes('{') && !child.stdout.readableEnded)
        await new Promise<void>((resolve) => (wake = resolve));
      return lines();
    },
    ended: new Promise<{ code: number | null; lines: string[]; stderr: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, lines: lines(), stderr })),
    ),
  };
}
/** Holds the session "s", until its input ends; prints "held". */
export const startHolder = ({ folder, waitMs }: { folder: string; waitMs: number }) =>
  start('holder', [folder, waitMs]);
/** Appends entries to the session "s". */
export const startWriter = ({
  folder,
  name,
  count,
  size = 10,
  limitBlocks,
}: {
  folder: string;
  name: string;
  count: number;
  size?: number;
  limitBlocks?: number;
}) => start('writer', [folder, name, count, size], limitBlocks);
/** Counts in three domains, in transactions, for ever. */
export const startTransactor = ({ folder }: { folder: string }) => start('transactor', [folder]);
/** Appends batches of rows to the audit log. */
export const startAuditor = ({
  folder,
  name,
  count,
  size = 1,
  user = '',
  limitBlocks,
}: {
  folder: string;
  name: string;
  count: number;
  size?: number;
  user?: number | '';
  limitBlocks?: number;
}) => start('auditor', [folder, name, count, size, user], limitBlocks);
