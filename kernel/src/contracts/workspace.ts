import { defineService } from '../capability.js';
import { createErrors, type ErrorTable } from '../errors.js';
import type { StartedProcess, StartOptions } from './processes.js';

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
   * The files of another folder, contained in it as `files` are in the root. Whoever asks for it was granted it by the
   * composition; no path of a model, a tool or a file may decide it.
   *
   * Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_NOT_A_DIRECTORY`.
   */
  beside(folder: string): Promise<WorkspaceFiles>;
  /**
   * Runs a command in a process group of its own.
   *
   * Throws: `RUSTIC_EXEC_FAILED` when it could not be started.
   * Cancel: ends the whole group and rejects with the signal's reason.
   */
  exec(command: Command, options: ExecOptions): Promise<ExecResult>;
  /**
   * Starts a command in a process group of its own and leaves it running. It ends with the workspace at the latest.
   *
   * Throws: `RUSTIC_EXEC_FAILED`, `RUSTIC_EXEC_SANDBOX`.
   */
  start(command: Command, options: StartOptions): Promise<StartedProcess>;
}
/** Every path is made real and must lie inside the workspace at the moment of use. Throws: `RUSTIC_FS_*`. */
export interface WorkspaceFiles {
  /** The real path of the folder they lie in. */
  readonly root: string;
  /** Regular files only. Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_OUTSIDE`, `RUSTIC_FS_NOT_A_FILE`, `RUSTIC_FS_TOO_LARGE`. */
  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** Makes missing parent folders. Throws: `RUSTIC_FS_EXISTS` unless `overwrite`; what reading `data` throws. */
  write(path: string, data: Uint8Array | AsyncIterable<Uint8Array>, mode: WriteMode): Promise<void>;
  /** Of a link itself, never of what it leads to. Throws: `RUSTIC_FS_MISSING`. */
  info(path: string): Promise<FileInfo>;
  /** Order: by name. */
  list(path: string): AsyncIterable<DirectoryEntry>;
  /** Acts on a link itself, never on what it leads to. */
  remove(path: string, options: { readonly recursive: boolean }): Promise<void>;
  /** Never replaces. Acts on a link itself. Throws: `RUSTIC_FS_EXISTS`. */
  move(from: string, to: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /**
   * Copies a regular file with its permissions, in one step.
   *
   * Throws: `RUSTIC_FS_EXISTS` unless `overwrite`; `RUSTIC_FS_NOT_A_FILE` for anything else, a link included.
   */
  copy(from: string, to: string, mode: { readonly overwrite: boolean }): Promise<void>;
  /** Of a file or a folder. `permissions`: the nine bits of `0o777`. */
  setPermissions(path: string, permissions: number): Promise<void>;
  /** Makes a symbolic link. `target` is kept as it is and not looked at. Throws: `RUSTIC_FS_EXISTS`. */
  makeLink(path: string, target: string): Promise<void>;
  /**
   * Visits a folder, and below it those that a visit names. Links are not followed.
   *
   * Shape: returns how many named folders could not be opened, once no visit needs its folder any more.
   * Order: a folder before those in it.
   * Throws: what a visit throws, or its `until`, which ends the walk.
   * Cancel: rejects with the signal's reason, between two folders.
   */
  walk(path: string, visit: FolderVisit, signal: AbortSignal): Promise<{ readonly unopened: number }>;
  /**
   * What happens in a folder and below, or to one file, from now on. Links are not followed.
   *
   * Shape: ends when `signal` is aborted. Throws: `RUSTIC_FS_FAILED` when the system can watch no more.
   */
  watch(path: string, signal: AbortSignal): AsyncIterable<FileEvent>;
}
export interface WriteMode {
  readonly overwrite: boolean;
  readonly atomic: true;
  /** The nine bits of `0o777`. Default: those of the file that is replaced, or of any new file. */
  readonly permissions?: number;
}
export interface FileInfo extends Omit<DirectoryEntry, 'name'> {
  /** The nine bits of `0o777`. */
  readonly permissions: number;
  /** What a link says, as it says it. */
  readonly target?: string;
}
/** A folder during its visit. */
export interface VisitedFolder {
  /** From where the walk began, with `/` between names; `''` for the beginning. */
  readonly path: string;
  /** Order: by name. */
  readonly entries: readonly Pick<DirectoryEntry, 'name' | 'type'>[];
  /**
   * What a regular file holds; valid until the next `read`. `too large`: more than `maxBytes`. undefined: it is none, or
   * can not be read.
   */
  read(name: string, maxBytes: number): FileContent | Promise<FileContent>;
  /**
   * What many files of this folder hold, each in memory of its own. A promise is an answer that is made meanwhile,
   * beside what comes next.
   *
   * Order: that of `files`.
   */
  readAll(
    files: readonly VisitedFolder['entries'][number][],
    wanted: WantedContent,
  ): readonly FileContent[] | Promise<readonly FileContent[]>;
}
export interface WantedContent {
  readonly maxBytes: number;
  /**
   * What a file has to hold to be of use: these bytes, or a match of an expression that is given each byte as one
   * character. Others may come back as undefined, but never one that begins with a mark of UTF-16.
   */
  readonly holding?: Uint8Array | RegExp;
}
export type FileContent = Uint8Array | 'too large' | undefined;
/**
 * Returns the names of the folders to go into; `stop`: into none any more, wherever. `until`: the folder is open until
 * then, while the walk goes on.
 */
export type FolderVisit = (folder: VisitedFolder) => WalkOn | Promise<WalkOn>;
export type WalkOn =
  readonly string[] | { readonly into: readonly string[]; readonly until: Promise<unknown> } | 'stop';
export interface FileEvent {
  /** From the watched folder, with `/` between names; `''` for a watched file. */
  readonly path: string;
  readonly type: 'made' | 'changed' | 'removed';
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
  RUSTIC_FS_BINARY: {
    severity: 'error',
    message: '{path} is not text ({mediaType}).',
    fix: 'Read it as binary, or use a tool for such files.',
  },
  RUSTIC_FS_ENCODING: {
    severity: 'error',
    message: '{path} is kept in {encoding}, which has no "{character}".',
    fix: 'Use other characters, or write the file anew with overwrite: it becomes UTF-8 then.',
  },
  RUSTIC_FS_TOO_MANY: {
    severity: 'error',
    message: '{path} holds more than {limit} files and folders.',
    fix: 'Do it for its parts, or use a command.',
  },
  RUSTIC_FS_PATTERN: {
    severity: 'error',
    message: 'The pattern {pattern} can not be used: {reason}',
    fix: 'Correct the pattern.',
  },
  RUSTIC_FS_PATCH: {
    severity: 'error',
    message: 'The patch does not fit: {reason}',
    fix: 'Read the files again and make the patch from what they hold now. Nothing was changed.',
  },
  RUSTIC_FS_ARCHIVE: {
    severity: 'error',
    message: '{path} can not be used as an archive: {reason}',
    fix: 'Look at what is in it with fs_archive_list.',
  },
  RUSTIC_FS_UNDO: {
    severity: 'error',
    message: 'The changes can not be taken back: {reason}',
    fix: 'Look at the files named. --force takes back what was changed since as well; what was not kept stays.',
  },
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
  RUSTIC_EXEC_SANDBOX: {
    severity: 'error',
    message: 'Commands run in a sandbox only, and there is none: {reason}',
    fix: 'Install bubblewrap (the package "bubblewrap"), or set "sandbox" of workspace-local to "off".',
  },
  RUSTIC_EXEC_CLOSED: {
    severity: 'error',
    message: 'The process {pid} reads no more: it has ended, or its input was closed.',
    fix: 'Look at its output, or start another one.',
  },
  RUSTIC_PROCESS_UNKNOWN: {
    severity: 'error',
    message: 'There is no process "{id}" in this session; known: {known}.',
    fix: 'List the processes.',
  },
  RUSTIC_PROCESS_MANY: {
    severity: 'error',
    message: '{count} processes run already, which is the limit.',
    fix: 'Stop one that is not needed, or raise maxProcesses in the options of tool-shell.',
  },
  RUSTIC_OUTPUT_UNKNOWN: {
    severity: 'error',
    message: 'There is no output "{ref}" in this session; outputs are kept until the program ends, the newest only.',
    fix: 'Run the command again.',
  },
  RUSTIC_EXEC_EXIT: { severity: 'error', message: 'The command ended with {exit}.', fix: 'Read its output.' },
} as const satisfies ErrorTable;
export const workspaceError = createErrors(workspaceErrors);
