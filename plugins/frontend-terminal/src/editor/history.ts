import { createHash } from 'node:crypto';
import { appendFile, chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is kept of one folder; a longer entry, such as a file that was pasted, is not. */
const most = { entries: 1_000, bytes: 1_000_000, entryBytes: 100_000 };

/** What was entered in one folder, the oldest first; kept in a file that only its owner can read. */
export interface History {
  readonly entries: readonly string[];
  /** What begins with a space, what was entered just before, and what is very long, is not kept. */
  add(text: string): void;
  /** Resolves when everything is on disk, or can't be: then to why. */
  settled(): Promise<string | undefined>;
}

export const historyFile = (folders: { readonly state: string; readonly cwd: string }): string =>
  join(folders.state, 'history', `${createHash('sha256').update(folders.cwd).digest('hex').slice(0, 16)}.jsonl`);

/** Throws: never; where nothing can be kept, there is a history in memory. */
export async function openHistory(file: string): Promise<History> {
  const text = await readFile(file, 'utf8').catch(() => '');
  let entries = text.split('\n').filter(isKept).flatMap(entryOf);
  let failed: string | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const keep = (work: () => Promise<unknown>) => {
    writing = writing.then(work).catch((error: unknown) => void (failed ??= (error as Error).message));
  };
  if (entries.length > most.entries * 2 || text.length > most.bytes) {
    entries = newest(entries);
    keep(async () => {
      await writeFile(`${file}.new`, entries.map(lineOf).join(''), { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
  }
  return {
    get entries() {
      return entries;
    },
    add(text) {
      if (/^\s|^$/.test(text) || text === entries.at(-1)) return;
      const line = lineOf(text);
      if (Buffer.byteLength(line) > most.entryBytes) return;
      entries = [...entries.slice(1 - most.entries), text];
      keep(async () => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await appendFile(file, line, { mode: 0o600 });
        await chmod(file, 0o600);
      });
    },
    async settled() {
      await writing;
      return failed;
    },
  };
}

const lineOf = (entry: string) => `${JSON.stringify(entry)}\n`;
const isKept = (line: string) => Buffer.byteLength(line) < most.entryBytes;
/** A line that another process is writing, or that somebody spoilt, is none. */
function entryOf(line: string): readonly string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'string' ? [entry] : [];
  } catch {
    return [];
  }
}

function newest(entries: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const entry of entries.slice(-most.entries).toReversed()) {
    bytes += Buffer.byteLength(lineOf(entry));
    if (bytes > most.bytes / 2) break;
    kept.unshift(entry);
  }
  return kept;
}
