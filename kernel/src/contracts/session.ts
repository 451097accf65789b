import { defineService } from '../capability.js';
import type { Json } from '../errors.js';
import type { Message, Usage } from './content.js';

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
  search(query: string, filter: SearchFilter): Promise<readonly SearchHit[]>;
  /**
   * What entries tell of what models took, and where a fork began; the rest of them is not read.
   *
   * Order: by session, then by sequence.
   */
  accounts(filter: { readonly session?: string; readonly project?: string }): Promise<readonly SessionAccount[]>;
  /** What each session keeps, by its id. Unit: bytes of the bodies of its entries, as JSON in UTF-8. */
  sizes(filter: { readonly project?: string }): Promise<ReadonlyMap<string, number>>;
  update(session: string, change: SessionChange): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(session: string): Promise<void>;
  /**
   * Puts a whole session in: its id, its times and all its entries, which are numbered from 1; all or nothing.
   *
   * Shape: `info.entries` is not read.
   * Throws: `RUSTIC_SESSION_EXISTS`.
   */
  restore(info: SessionInfo, entries: readonly NewSessionEntry[]): Promise<void>;
  /**
   * Keeps everybody else from holding a session, here and in other processes, until it is released or this process ends,
   * in whatever way. It does not keep them from appending.
   *
   * Unit: `waitMs`: how long it waits for another holder.
   * Throws: `RUSTIC_SESSION_BUSY` when that was not enough.
   * Cancel: `signal` ends the waiting with its reason.
   */
  hold(session: string, wait: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<SessionHold>;
}
/** `forked`: what stands before this entry was copied from another session, which has accounts of it. */
export interface SessionAccount {
  readonly session: string;
  readonly seq: number;
  readonly ts: string;
  readonly told: { readonly model: string; readonly usage: Usage } | 'forked';
}
export interface SessionHold {
  /** Releasing twice is no error. */
  release(): Promise<void>;
}
export interface SessionChange {
  readonly title?: string;
  readonly tags?: readonly string[];
}
export interface SearchFilter {
  readonly session?: string;
  readonly project?: string;
  /** Only entries from this time on, ISO 8601. */
  readonly since?: string;
  /** Only entries before this time, ISO 8601. */
  readonly before?: string;
  readonly limit?: number;
}
export interface SearchHit {
  readonly entry: SessionEntry;
  /** A piece of its text around the first word; `highlightsOf` says where the words are. */
  readonly snippet: string;
}

/** Service `session`: sessions as an agent and a person use them, over whatever store the composition binds. */
export interface Sessions {
  create(request: {
    readonly agent: string;
    readonly title?: string;
    readonly project?: string;
    readonly tags?: readonly string[];
  }): Promise<SessionLog>;
  /** Takes an id or a unique beginning of one, as all methods do. Throws: `RUSTIC_SESSION_UNKNOWN`, `RUSTIC_SESSION_PREFIX`. */
  open(idOrPrefix: string): Promise<SessionLog>;
  list(filter: SessionFilter): Promise<readonly SessionInfo[]>;
  search(query: string, filter: SearchFilter): Promise<readonly SearchHit[]>;
  /**
   * A new session with the history of another one up to an entry, that one included, and a note where it comes from.
   *
   * Shape: `at` is a sequence number; the entry's ancestors come along, its siblings do not. Default: the last entry.
   * Throws: `RUSTIC_SESSION_ENTRY`.
   */
  fork(idOrPrefix: string, from?: { readonly at?: number }): Promise<SessionLog>;
  /** Puts in what was exported, as it was. Throws: `RUSTIC_SESSION_EXISTS`. */
  restore(info: SessionInfo, entries: readonly NewSessionEntry[]): Promise<void>;
  /** Returns what was deleted. */
  delete(idOrPrefix: string): Promise<SessionInfo>;
  /** Deletes the sessions that are over any of the limits, and returns them, the oldest last. */
  prune(limits: PruneLimits): Promise<readonly SessionInfo[]>;
  /** What models took. Order: by session, day and model. What a fork copied counts where it was said. */
  usage(filter: {
    readonly session?: string;
    readonly project?: string;
    readonly since?: string;
    readonly before?: string;
  }): Promise<readonly UsageRow[]>;
}
export interface PruneLimits {
  readonly project?: string;
  /** Sessions updated before this time go, ISO 8601. */
  readonly before?: string;
  /** All but the newest so many go. */
  readonly keep?: number;
  /** The newest stay while the bodies of their entries, as JSON in UTF-8, fit into so many bytes together. */
  readonly maxBytes?: number;
  /** Says what would go. Default: false. */
  readonly dryRun?: boolean;
}
/** What one model took in one session on one day. */
export interface UsageRow {
  readonly session: string;
  /** UTC: `2026-01-31`. */
  readonly day: string;
  readonly model: string;
  readonly calls: number;
  /** Calls whose price is unknown: `usage.costUsd` is without them. */
  readonly unpriced: number;
  readonly usage: Usage;
}
/** One open session. Entries follow each other: each one's parent is the one before. */
export interface SessionLog {
  readonly info: SessionInfo;
  /** Durable when it resolves. Throws: `RUSTIC_SESSION_BUSY` when another process wrote to it meanwhile. */
  append(entries: readonly { readonly type: SessionEntry['type']; readonly body: Json }[]): Promise<void>;
  entries(): Promise<readonly SessionEntry[]>;
  /** The history as a model must see it: every tool call has its result, an interrupted one says so. */
  messages(): Promise<readonly Message[]>;
  update(change: SessionChange): Promise<void>;
  /** Holds the session for one turn; see `SessionStore.hold`. Throws: `RUSTIC_SESSION_BUSY`. */
  hold(signal?: AbortSignal): Promise<SessionHold>;
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
