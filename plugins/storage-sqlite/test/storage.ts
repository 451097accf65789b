import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openStorage } from './fixtures/open.mjs';

const writer = fileURLToPath(new URL('fixtures/writer.mjs', import.meta.url));

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

/** A real process that appends; `limitBlocks` is the size no file may outgrow, in units of 1024 bytes. */
export function startWriter({
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
}) {
  const argv = [process.execPath, writer, folder, name, String(count), String(size)];
  const child = limitBlocks
    ? spawn('bash', ['-c', `ulimit -f ${limitBlocks} && exec "$@"`, 'bash', ...argv])
    : spawn(argv[0] ?? '', argv.slice(1));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    lines: () => stdout.split('\n').slice(0, -1),
    ended: new Promise<{ code: number | null; lines: string[]; stderr: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, lines: stdout.split('\n').slice(0, -1), stderr })),
    ),
  };
}
