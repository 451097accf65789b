import { defineService } from '../capability.js';

/** What one tap changed. A transform that changed nothing leaves no row. */
export interface HookTraceRow {
  /** ISO 8601, UTC. */
  readonly ts: string;
  readonly hook: string;
  readonly plugin: string;
  readonly version: string;
  /** The session and turn it happened in, where it was in one. */
  readonly session?: string;
  readonly turn?: number;
  /** The call whose value was changed. */
  readonly call?: string;
  /** JSON pointer to the smallest part that holds every change; empty for the whole value. */
  readonly path: string;
  /** sha-256 of that part's JSON; of nothing where it was not there. */
  readonly before: string;
  readonly after: string;
  /** Unit: ms. */
  readonly durationMs: number;
}
/** Service `hook.trace`. */
export interface HookTrace {
  /** In order; all rows or none. */
  append(rows: readonly HookTraceRow[]): Promise<void>;
  /** In the order they were appended. Default: `limit` 1,000, the newest. */
  read(filter: {
    readonly session?: string;
    readonly turn?: number;
    readonly limit?: number;
  }): Promise<readonly HookTraceRow[]>;
}

declare module '../capability.js' {
  interface Services {
    'hook.trace': HookTrace;
  }
}
export const hookTrace = defineService({ id: 'hook.trace', version: 1 });
