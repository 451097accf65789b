import { defineService } from '../capability.js';

/** How a tool was used so far, over all processes. Times: ISO 8601, UTC. */
export interface ToolStats {
  readonly name: string;
  /** All of them, however they ended. */
  readonly calls: number;
  readonly denied: number;
  readonly timedOut: number;
  /** Those that failed otherwise, or gave an error as their result. */
  readonly failed: number;
  /** Answered with an earlier result. */
  readonly cached: number;
  /** Unit: ms. */
  readonly totalMs: number;
  readonly longestMs: number;
  /** Half of the calls, and 95 of 100, took at most this; rounded up to a power of two. Unit: ms. */
  readonly halfMs: number;
  readonly mostMs: number;
  readonly firstAt: string;
  readonly lastAt: string;
}
/** Service `tool.stats`. */
export interface ToolStatistics {
  /** Order: by name. */
  list(): Promise<readonly ToolStats[]>;
  /** Forgets all of it. */
  clear(): Promise<void>;
}
export const toolStats = defineService({ id: 'tool.stats', version: 1 });

declare module '../capability.js' {
  interface Services {
    'tool.stats': ToolStatistics;
  }
}
