import { isRusticError } from '@rustic-ai/kernel';
import { workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { blocksOf } from '../blocks.js';
import type { Kept } from './kept.js';

/** What stands at one path. */
export type State =
  | { readonly type: 'absent' }
  | { readonly type: 'directory'; readonly permissions: number }
  | { readonly type: 'link'; readonly target: string }
  /** `kept`: its content can be had again. */
  | {
      readonly type: 'file';
      readonly permissions: number;
      readonly digest: string;
      readonly bytes: number;
      readonly kept: boolean;
    }
  | { readonly type: 'other' };
export type States = Readonly<Record<string, State>>;

/** How many files and folders one call may change. */
export const maxEntries = 2_000;

/** Every path below a folder, and itself, the outer ones first. Throws: `RUSTIC_FS_TOO_MANY`. */
export async function pathsBelow(files: WorkspaceFiles, path: string, shown = path): Promise<readonly string[]> {
  const paths = [path];
  const add = async (folder: string): Promise<void> => {
    for await (const { name, type } of files.list(folder)) {
      const inner = `${folder}/${name}`;
      if (paths.push(inner) > maxEntries)
        throw workspaceError('RUSTIC_FS_TOO_MANY', { path: shown, limit: maxEntries });
      if (type === 'directory') await add(inner);
    }
  };
  if ((await infoIfAny(files, path))?.type === 'directory') await add(path);
  return paths;
}

/** What stands at a path now; the content of a file is kept. */
export async function stateOf(files: WorkspaceFiles, path: string, kept: Kept | undefined): Promise<State> {
  const info = await infoIfAny(files, path);
  if (!info) return { type: 'absent' };
  const { type, permissions, bytes } = info;
  if (type === 'directory') return { type, permissions };
  if (type === 'link') return { type, target: info.target ?? '' };
  if (type === 'other') return { type };
  const content = blocksOf(files, path);
  const { digest, isKept } = kept ? await kept.add(content, bytes) : { digest: await digestOf(content), isKept: false };
  return { type, permissions, digest, bytes, kept: isKept };
}

/** Whether the same stands there: what a file holds counts, how it was read does not. */
export function isSame(a: State, b: State): boolean {
  if (a.type === 'file' && b.type === 'file') return a.digest === b.digest && a.permissions === b.permissions;
  if (a.type === 'link' && b.type === 'link') return a.target === b.target;
  if (a.type === 'directory' && b.type === 'directory') return a.permissions === b.permissions;
  return a.type === b.type;
}

async function infoIfAny(files: WorkspaceFiles, path: string) {
  return files.info(path).catch((error: unknown) => {
    const gone = ['RUSTIC_FS_MISSING', 'RUSTIC_FS_NOT_A_DIRECTORY'];
    if (!isRusticError(error) || !gone.includes(error.code)) throw error;
    return undefined;
  });
}
async function digestOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const { createHash } = await import('node:crypto');
  const sum = createHash('sha256');
  for await (const block of content) sum.update(block);
  return sum.digest('hex');
}
