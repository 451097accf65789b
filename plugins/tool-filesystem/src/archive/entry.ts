import type { RusticError } from '@rustic-ai/kernel';
import { workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';

export interface ArchiveEntry {
  /** As the archive says it, whatever that is. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** As the archive says it; what comes may be less, never more. */
  readonly bytes: number;
  /** The nine bits of `0o777`; undefined: the archive says none. */
  readonly permissions?: number;
  /** To be read, if at all, before the next entry is asked for. */
  content(): AsyncIterable<Uint8Array>;
}
/** An archive, where it lies. */
export interface ArchiveFile {
  readonly files: WorkspaceFiles;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Passes bytes on, until they are too many for an archive of this size. */
export type Limit = (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export const archiveError = (path: string, reason: string, cause?: unknown): RusticError =>
  workspaceError('RUSTIC_FS_ARCHIVE', { path, reason }, cause);
