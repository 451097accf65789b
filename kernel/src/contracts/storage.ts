import { defineService } from '../capability.js';
import type { Json } from '../errors.js';
import type { AuditRow, Grant } from '../permissions/types.js';
import type { SessionEntry, SessionInfo } from './session.js';
import type { HookTraceRow, TapTimes } from './trace.js';

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
  | { readonly of: 'time'; readonly time: TapTimes };

/** Service `storage`: all that one backend keeps, as a whole. */
export interface Storage {
  /** Where that is, for people; it holds no secret. */
  readonly place: string;
  /** What is wrong with it, for people. Nothing: it is sound. */
  check(): Promise<readonly string[]>;
  /**
   * Writes a copy of one moment into a new file, while others read and write.
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
   *   audit and trace rows in their order, times by hook and plugin.
   */
  export(): AsyncIterable<StorageRecord>;
  /** Puts everything in, in the order of `export`; all or nothing. Throws: `RUSTIC_STORAGE_NOT_EMPTY`. */
  import(records: AsyncIterable<StorageRecord>): Promise<void>;
}

declare module '../capability.js' {
  interface Services {
    storage: Storage;
  }
}
export const storage = defineService({ id: 'storage', version: 1 });
