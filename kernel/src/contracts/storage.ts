import { defineService } from '../capability.js';
import type { Json } from '../errors.js';
import type { AuditLog, AuditRow, Grant, Grants } from '../permissions/types.js';
import type { Prompts, PromptVersion } from './prompts.js';
import type { Run, Runs } from './runs.js';
import type { KeyValue, SessionEntry, SessionInfo, SessionStore } from './session.js';
import type { StorageChange } from './storage-changes.js';
import type { HookTrace, HookTraceRow, TapTimes } from './trace.js';
import type { Vectors } from './vectors.js';

/** One thing that is kept, whatever keeps it. */
export type StorageRecord =
  | { readonly of: 'session'; readonly session: SessionInfo }
  | { readonly of: 'entry'; readonly entry: SessionEntry }
  | {
      readonly of: 'value';
      readonly plugin: string;
      readonly key: string;
      readonly version: number;
      readonly value: Json;
    }
  | { readonly of: 'grant'; readonly grant: Grant }
  | { readonly of: 'audit'; readonly row: AuditRow }
  | { readonly of: 'trace'; readonly row: HookTraceRow }
  | { readonly of: 'time'; readonly time: TapTimes }
  | { readonly of: 'run'; readonly run: Run }
  | { readonly of: 'prompt'; readonly prompt: PromptVersion }
  | {
      readonly of: 'vector';
      readonly collection: string;
      readonly id: string;
      readonly vector: readonly number[];
      readonly data: Json;
    };

/** What one backend keeps, domain by domain, as one transaction sees it. */
export interface StorageDomains {
  readonly sessions: Omit<SessionStore, 'hold'>;
  /** The namespace of one plugin. */
  values(plugin: string): KeyValue;
  readonly grants: Grants;
  readonly audit: AuditLog;
  readonly trace: HookTrace;
  readonly runs: Omit<Runs, 'hold'>;
  readonly prompts: Prompts;
  readonly vectors: Vectors;
}

/** Service `storage`: all that one backend keeps, as a whole. */
export interface Storage {
  /** Where that is, for people; it holds no secret. */
  readonly place: string;
  /** What is wrong with it, for people. Nothing: it is sound. */
  check(): Promise<readonly string[]>;
  /**
   * Writes a copy of one moment into a new file, while others read and write: a database of its own kind, or what
   * `readRecordFile` reads.
   *
   * Throws: `RUSTIC_STORAGE_BACKUP`.
   */
  backup(file: string): Promise<void>;
  /** Brings the schema up to date, which opening does as well. `from` is 0 when there was none. */
  migrate(): Promise<{ readonly from: number; readonly to: number }>;
  /**
   * Everything of one moment.
   *
   * Shape: two backends that keep the same give equal records.
   * Order: sessions by id, entries in the order they were appended over all sessions, values by plugin and key, grants,
   *   audit and trace rows in their order, times by hook and plugin, runs by id, prompts by name and version, vectors
   *   by collection and id.
   */
  export(): AsyncIterable<StorageRecord>;
  /** Puts everything in, in the order of `export`; all or nothing. Throws: `RUSTIC_STORAGE_NOT_EMPTY`. */
  import(records: AsyncIterable<StorageRecord>): Promise<void>;
  /**
   * Runs the work and keeps all that it did, or nothing when it throws or is killed.
   *
   * Shape: what fails in it and is caught has done nothing, and the rest goes on. Others see nothing of it before it
   *   ends, and what they want to write may wait that long; so the work uses what it is given and no service. What it
   *   read may have changed when it writes: it names the version or sequence number it expects.
   * Unit: `timeoutMs`: how long the work may take before it is undone. Default: 5,000.
   * Throws: what the work throws; `RUSTIC_TRANSACTION_NESTED` within another one; `RUSTIC_TRANSACTION_OVER` after the
   *   time, and to whoever uses it when it has ended.
   * Cancel: `signal` undoes it, with its reason.
   */
  transaction<T>(
    work: (domains: StorageDomains) => Promise<T>,
    limits?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<T>;
  /**
   * What is added or deleted from now on, by whomever, also in other processes: told after it is durable, within a
   * second or so.
   *
   * Shape: first a `gap`, once nothing can be missed; and another one where something may have been: after a lost
   *   connection, or more than a slow reader can be told. Whoever reads a gap reads anew what it follows. Of one
   *   session, or one value, only the newest change is told that nobody has read yet.
   * Throws: `RUSTIC_STORAGE_*` when it can not be followed at all.
   * Cancel: aborting `signal`, or leaving the loop, ends it and all it takes up; so does the end of the plugin.
   */
  changes(options?: { readonly signal?: AbortSignal }): AsyncIterable<StorageChange>;
  /** Gives room that nothing needs any more back to the disk. Unit: bytes, before and after. */
  vacuum(): Promise<{ readonly from: number; readonly to: number }>;
}

declare module '../capability.js' {
  interface Services {
    storage: Storage;
  }
}
export const storage = defineService({ id: 'storage', version: 1 });
