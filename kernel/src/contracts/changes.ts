import { type Call, defineService } from '../capability.js';

/** One turn of one session. */
export interface SessionTurn {
  readonly session: string;
  readonly turn: number;
}
/** What became of one file, link or folder in a turn, all its changes together. */
export interface FileChange {
  /** The absolute real path. */
  readonly path: string;
  readonly what: 'file' | 'directory' | 'link' | 'other';
  readonly type: 'made' | 'changed' | 'removed';
  /** For people: a unified diff, or in square brackets what there is to say. */
  readonly diff: string;
}
/**
 * Service `file.changes`: what tools changed in files, turn by turn, and the way back. What commands changed that a tool
 * ran is not in it.
 */
export interface FileChanges {
  /** Order: by path. Nothing: the turn changed no file, or was taken back. */
  list(turn: SessionTurn): Promise<readonly FileChange[]>;
  /**
   * Puts back what stood there before a turn, all or nothing, and returns the paths it changed.
   *
   * Shape: `force`: also where a file was changed since.
   * Throws: `RUSTIC_FS_UNDO`, which names what was changed since, or what was not kept; then nothing is changed.
   */
  undo(turn: SessionTurn, options: { readonly force: boolean }): Promise<readonly string[]>;
  /**
   * Makes a change and takes it down: what stood there is durable before it begins. That of a call outside a session is
   * made and not taken down.
   *
   * Shape: `paths`: absolute and real, of all files that may change.
   * Throws: what the change throws.
   */
  record<T>(call: Call, change: { readonly paths: readonly string[]; make(): Promise<T> }): Promise<T>;
  /** Deletes what is kept of a session's changes, for good. */
  forget(session: string): Promise<void>;
}

declare module '../capability.js' {
  interface Services {
    'file.changes': FileChanges;
  }
}
export const fileChanges = defineService({ id: 'file.changes', version: 1 });
