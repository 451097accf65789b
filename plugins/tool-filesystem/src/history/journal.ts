import type { SessionTurn } from '@rustic-ai/kernel/contracts';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createKept, type Kept, syncFolder } from './kept.js';
import type { States } from './state.js';

/** One line of a turn's journal. A call has two: what stood there before it, and after it. */
export type Line =
  | { readonly call: string; readonly before: States }
  | { readonly call: string; readonly after: States }
  | { readonly undone: string };
/** What is known of the changes of each turn, on this machine. */
export interface Journal {
  kept(session: string): Kept;
  /** Durable when it resolves. */
  append(turn: SessionTurn, line: Line): Promise<void>;
  read(turn: SessionTurn): Promise<readonly Line[]>;
  forget(session: string): Promise<void>;
}

/**
 * One folder for each session, which only its owner can look into: a journal for each turn, and contents of files.
 * Sessions without a change since `forgetBefore` are forgotten when the first change is taken down.
 */
export function createJournal(options: { folder: string; maxBytes: number; forgetBefore(): number }): Journal {
  const { folder, maxBytes } = options;
  let swept: Promise<void> | undefined;
  const folderOf = (session: string) => join(folder, encodeURIComponent(session).replaceAll('.', '%2E'));
  const fileOf = ({ session, turn }: SessionTurn) => join(folderOf(session), `turn-${turn}.jsonl`);
  return {
    kept: (session) => createKept(join(folderOf(session), 'kept'), maxBytes),
    async append(turn, line) {
      await (swept ??= sweep(folder, options.forgetBefore()));
      await mkdir(folderOf(turn.session), { recursive: true, mode: 0o700 });
      const handle = await open(fileOf(turn), 'a', 0o600);
      try {
        const isNew = (await handle.stat()).size === 0;
        await handle.appendFile(`${JSON.stringify(line)}\n`);
        await handle.sync();
        if (isNew) await syncFolder(folderOf(turn.session));
      } finally {
        await handle.close();
      }
    },
    forget: (session) => rm(folderOf(session), { recursive: true, force: true }),
    async read(turn) {
      const text = await readFile(fileOf(turn), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return '';
      });
      return text.split('\n').flatMap(parseLine);
    },
  };
}

async function sweep(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const session = join(folder, name);
    const files = await readdir(session).catch(() => []);
    const all = [session, ...files.map((file) => join(session, file))];
    const times = await Promise.all(
      all.map((path) =>
        stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      ),
    );
    if (Math.max(...times) < before) await rm(session, { recursive: true, force: true });
  }
}

/** A line that a power cut left half is none. */
function parseLine(text: string): readonly Line[] {
  try {
    return [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}
