import { defineService } from '../capability.js';
import { createErrors, type ErrorTable } from '../errors.js';

/** Service `workspace`: where file and shell tools act. Relative paths start at `root`. */
export interface Workspace {
  /** Name of the machine; `local` for this one. */
  readonly target: string;
  /** The real path of the folder. */
  readonly root: string;
  /** The absolute real path; of what does not exist yet, its nearest existing parent made real. */
  realpath(path: string): Promise<string>;
  readonly files: WorkspaceFiles;
  /**
   * Runs a command in a process group of its own.
   *
   * Throws: `RUSTIC_EXEC_FAILED` when it could not be started.
   * Cancel: ends the whole group and rejects with the signal's reason.
   */
  exec(command: Command, options: ExecOptions): Promise<ExecResult>;
}
/** Every path is made real and must lie inside the workspace at the moment of use. Throws: `RUSTIC_FS_*`. */
export interface WorkspaceFiles {
  /** Regular files only. Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_OUTSIDE`, `RUSTIC_FS_NOT_A_FILE`, `RUSTIC_FS_TOO_LARGE`. */
  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** Makes missing parent folders. Throws: `RUSTIC_FS_EXISTS` unless `overwrite`. */
  write(path: string, data: Uint8Array, mode: { readonly overwrite: boolean; readonly atomic: true }): Promise<void>;
  /** Order: by name. */
  list(path: string): AsyncIterable<DirectoryEntry>;
  /** Acts on a link itself, never on what it leads to. */
  remove(path: string, options: { readonly recursive: boolean }): Promise<void>;
  /** Never replaces. Acts on a link itself. Throws: `RUSTIC_FS_EXISTS`. */
  move(from: string, to: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
}
export interface DirectoryEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly bytes: number;
  readonly modifiedMs: number;
}
/** A `line` is run by `bash --noprofile --norc` with `BASH_ENV` unset: the shell that was parsed. */
export type Command = { readonly argv: readonly string[] } | { readonly line: string };
export interface ExecOptions {
  /** Default: the workspace's root. */
  readonly cwd?: string;
  /** Added to a small allow-list of the host's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeLimitMs: number;
  /** For stdout and stderr each: more than this keeps the head and the tail. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly onOutput?: (chunk: { readonly stream: 'stdout' | 'stderr'; readonly text: string }) => void;
}
export interface ExecResult {
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly signalName?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncatedBytes: number;
  readonly timedOut: boolean;
}

declare module '../capability.js' {
  interface Services {
    workspace: Workspace;
  }
}
export const workspace = defineService({ id: 'workspace', version: 1 });

export const workspaceErrors = {
  RUSTIC_FS_MISSING: {
    severity: 'error',
    message: '{path} does not exist.',
    fix: 'List the folder to see what is there.',
  },
  RUSTIC_FS_OUTSIDE: {
    severity: 'error',
    message: '{path} lies outside the workspace {root}.',
    fix: 'Use a path inside the workspace.',
  },
  RUSTIC_FS_NOT_A_FILE: { severity: 'error', message: '{path} is not a regular file.', fix: 'Name a regular file.' },
  RUSTIC_FS_NOT_A_DIRECTORY: { severity: 'error', message: '{path} is not a folder.', fix: 'Name a folder.' },
  RUSTIC_FS_EXISTS: {
    severity: 'error',
    message: '{path} exists already.',
    fix: 'Say that it may be overwritten, or choose another name.',
  },
  RUSTIC_FS_TOO_LARGE: {
    severity: 'error',
    message: '{path} has {bytes} bytes; the limit is {maxBytes}.',
    fix: 'Read a part of it.',
  },
  RUSTIC_FS_CHANGED: {
    severity: 'error',
    message: '{path} changed while it was being used.',
    fix: 'Look at it again, then repeat.',
  },
  RUSTIC_FS_FAILED: {
    severity: 'error',
    message: '{path}: {reason}',
    fix: 'Check the permissions of the file and its folder.',
  },
  RUSTIC_FS_NO_MATCH: {
    severity: 'error',
    message: 'The text to replace does not occur in {path}.{nearest}',
    fix: 'Read the file and copy the text exactly.',
  },
  RUSTIC_FS_MANY_MATCHES: {
    severity: 'error',
    message: 'The text to replace occurs {count} times in {path}.',
    fix: 'Give more of the text around it, or replace all.',
  },
  RUSTIC_FS_BINARY: { severity: 'error', message: '{path} is not text in UTF-8.', fix: 'Use a tool for binary files.' },
  RUSTIC_EXEC_FAILED: {
    severity: 'error',
    message: '{command} could not be started: {reason}',
    fix: 'Check that the program is installed.',
  },
  RUSTIC_EXEC_TIMEOUT: {
    severity: 'error',
    message: 'The command was stopped after {limitMs} ms.',
    fix: 'Give it a longer time limit, or do less in one command.',
  },
  RUSTIC_EXEC_EXIT: { severity: 'error', message: 'The command ended with {exit}.', fix: 'Read its output.' },
} as const satisfies ErrorTable;
export const workspaceError = createErrors(workspaceErrors);
