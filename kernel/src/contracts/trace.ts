import { defineService } from '../capability.js';
import type { TapTimes } from '../hooks.js';
import type { TraceRow } from '../records/trace.js';

export type { TapTimes, TraceRow as HookTraceRow };

/** Service `hook.trace`: bounded; the oldest rows make room for the newest. */
export interface HookTrace {
  /** In order; all rows or none. */
  append(rows: readonly TraceRow[]): Promise<void>;
  /** The newest that fit, in the order they were appended. Default: any session and turn, `limit` 1,000. */
  read(filter: {
    readonly session?: string;
    readonly turn?: number;
    readonly limit?: number;
  }): Promise<readonly TraceRow[]>;
  /** Adds to what is kept of each hook and plugin; all or none. Throws: where a number is none. */
  addTimes(times: readonly TapTimes[]): Promise<void>;
  /** The sums of all that was added. Order: by hook, then by plugin. */
  times(): Promise<readonly TapTimes[]>;
}

declare module '../capability.js' {
  interface Services {
    'hook.trace': HookTrace;
  }
}
export const hookTrace = defineService({ id: 'hook.trace', version: 1 });
