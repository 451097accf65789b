import { defineService } from '../capability.js';
import { createErrors, type ErrorTable, type Json } from '../errors.js';
import type { Message } from './content.js';

/** One line of a session. `seq` counts from 1 without gaps, per session; `body` depends on `type`. */
export interface SessionEntry {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  readonly parent?: string;
  readonly ts: string;
  readonly type: 'message' | 'intent' | 'receipt' | 'summary' | 'label' | 'note';
  readonly body: Json;
}
export type NewSessionEntry = Omit<SessionEntry, 'session' | 'seq'>;
export interface SessionInfo {
  readonly id: string;
  readonly title?: string;
  readonly agent: string;
  readonly project?: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly entries: number;
}
export interface SessionFilter {
  readonly project?: string;
  readonly agent?: string;
  readonly tag?: string;
  /** Only sessions updated before this time, ISO 8601. */
  readonly before?: string;
  /** Default: 100. */
  readonly limit?: number;
}
/** Service `session.store`: where sessions are kept. Throws `RUSTIC_SESSION_UNKNOWN` for an id it does not have. */
export interface SessionStore {
  /** Throws: `RUSTIC_SESSION_EXISTS`. */
  create(info: Omit<SessionInfo, 'entries' | 'createdAt' | 'updatedAt'>): Promise<SessionInfo>;
  get(id: string): Promise<SessionInfo | undefined>;
  /** Order: last updated first, then by id. */
  list(filter: SessionFilter): Promise<readonly SessionInfo[]>;
  /**
   * Adds entries, all or none, and returns the sequence number of the last one.
   *
   * Shape: durable when it resolves: a killed process has lost nothing.
   * Throws: `RUSTIC_SESSION_BUSY` when the session does not end at `expectedSeq`; `RUSTIC_SESSION_UNKNOWN`.
   */
  append(session: string, entries: readonly NewSessionEntry[], expectedSeq?: number): Promise<number>;
  /** Order: by sequence. `from` is inclusive; `last` keeps the newest so many; `leaf` keeps that entry and its ancestors. */
  read(
    session: string,
    range: { readonly from?: number; readonly last?: number; readonly leaf?: string },
  ): Promise<readonly SessionEntry[]>;
  /** Entries whose text contains every word of the query, newest first. Default limit: 20. */
  search(
    query: string,
    filter: { readonly session?: string; readonly project?: string; readonly limit?: number },
  ): Promise<readonly { readonly entry: SessionEntry; readonly snippet: string }[]>;
  update(session: string, change: { readonly title?: string; readonly tags?: readonly string[] }): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(session: string): Promise<void>;
}

/** Service `session`: sessions as an agent uses them, over whatever store the composition binds. */
export interface Sessions {
  create(request: {
    readonly agent: string;
    readonly title?: string;
    readonly project?: string;
    readonly tags?: readonly string[];
  }): Promise<SessionLog>;
  /** Takes an id or a unique beginning of one. Throws: `RUSTIC_SESSION_UNKNOWN`, `RUSTIC_SESSION_PREFIX`. */
  open(idOrPrefix: string): Promise<SessionLog>;
  list(filter: SessionFilter): Promise<readonly SessionInfo[]>;
}
/** One open session. Entries follow each other: each one's parent is the one before. */
export interface SessionLog {
  readonly info: SessionInfo;
  /** Durable when it resolves. Throws: `RUSTIC_SESSION_BUSY` when another process wrote to it meanwhile. */
  append(entries: readonly { readonly type: SessionEntry['type']; readonly body: Json }[]): Promise<void>;
  entries(): Promise<readonly SessionEntry[]>;
  /** The history as a model must see it: every tool call has its result, an interrupted one says so. */
  messages(): Promise<readonly Message[]>;
}
/** Service `key-value`: one namespace per asking plugin. */
export interface KeyValue {
  get(key: string): Promise<{ readonly value: Json; readonly version: number } | undefined>;
  /**
   * Sets and returns the new version; versions of a key count up from 1. `expectedVersion` 0: it must not exist yet.
   *
   * Throws: `RUSTIC_VALUE_CONFLICT` when the version is not the expected one.
   */
  set(key: string, value: Json, expectedVersion?: number): Promise<number>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Order: by key. */
  list(prefix: string): Promise<readonly string[]>;
}

declare module '../capability.js' {
  interface Services {
    'session.store': SessionStore;
    session: Sessions;
    'key-value': KeyValue;
  }
}
declare module '../manifest.js' {
  interface PerPluginServices {
    'key-value': true;
  }
}

export const sessionStore = defineService({ id: 'session.store', version: 1 });
export const session = defineService({ id: 'session', version: 1 });
export const keyValue = defineService({ id: 'key-value', version: 1, per: 'plugin' });

export const storageErrors = {
  RUSTIC_SESSION_UNKNOWN: {
    severity: 'error',
    message: 'There is no session "{session}".',
    fix: 'Run: rustic session list',
  },
  RUSTIC_SESSION_PREFIX: {
    severity: 'error',
    message: 'Several sessions begin with "{session}": {matches}',
    fix: 'Type more of the id.',
  },
  RUSTIC_SESSION_EXISTS: {
    severity: 'error',
    message: 'There is a session "{session}" already.',
    fix: 'Create it with another id.',
  },
  RUSTIC_SESSION_BUSY: {
    severity: 'error',
    message: 'Another process wrote to session "{session}": it ends at {found}, not at {expected}.',
    fix: 'Read it again, then append.',
  },
  RUSTIC_VALUE_CONFLICT: {
    severity: 'error',
    message: 'The value of "{key}" is at version {found}, not {expected}.',
    fix: 'Read it again, then set it.',
  },
  RUSTIC_AUDIT_BUSY: {
    severity: 'error',
    message:
      'Another process wrote to the audit log: it ends at row {found}, and that is not the row {expected} to go on from.',
    fix: 'Read its last row, chain the new ones to that, then append.',
  },
  RUSTIC_AUDIT_BROKEN: {
    severity: 'error',
    message: 'The audit rows are no chain: row {seq} does not follow the one before it.',
    fix: 'Number them one by one, and name in each the digest of the one before.',
  },
  RUSTIC_STORAGE_FAILED: {
    severity: 'error',
    message: 'The database {file} failed: {reason}',
    fix: 'Check that the disk has room and that the file is a database of this program.',
  },
  RUSTIC_STORAGE_LOCKED: {
    severity: 'error',
    message: 'The database {file} is locked by another process: {reason}',
    fix: 'Wait until the other process is done, or end it; then try again.',
  },
  RUSTIC_STORAGE_READ_ONLY: {
    severity: 'error',
    message: 'The database {file} can not be written: {reason}',
    fix: 'Give this user the right to write the file and its folder, or name another file.',
  },
  RUSTIC_STORAGE_VERSION: {
    severity: 'error',
    message: 'The database {file} was written by a newer version (schema {found}; this one knows {known}).',
    fix: 'Update the storage plugin, or use another file.',
  },
} as const satisfies ErrorTable;
export const storageError = createErrors(storageErrors);
