import { defineService } from '../capability.js';
import type { Json } from '../errors.js';
import type { SessionHold } from './session.js';

/** `waiting`: for a time, an event or a person. The last three are final. */
export type RunStatus = 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';
export interface RunInfo {
  readonly id: string;
  /** What runs: `workflow`, say. */
  readonly kind: string;
  /** Which one runs: the name of the workflow, say. */
  readonly name: string;
  /** The session it belongs to. */
  readonly session?: string;
  readonly status: RunStatus;
  /** Counts the checkpoints, from 1. */
  readonly version: number;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}
/** A run at its newest checkpoint: `state` is all it needs to go on from there. */
export interface Run extends RunInfo {
  readonly state: Json;
}
export interface RunFilter {
  readonly kind?: string;
  readonly name?: string;
  readonly session?: string;
  readonly status?: RunStatus;
  /** Default: 100. */
  readonly limit?: number;
}
/** Service `runs`: checkpoints of what may outlast its process. */
export interface Runs {
  /** Begins a run: `running`, at version 1. Throws: `RUSTIC_RUN_EXISTS`. */
  create(run: Pick<Run, 'id' | 'kind' | 'name' | 'session' | 'state'>): Promise<RunInfo>;
  get(id: string): Promise<Run | undefined>;
  /**
   * Takes the place of the checkpoint before and returns its version.
   *
   * Shape: durable when it resolves.
   * Throws: `RUSTIC_RUN_CONFLICT` when the run is not at `expectedVersion`; `RUSTIC_RUN_UNKNOWN`.
   */
  save(
    id: string,
    checkpoint: { readonly status: RunStatus; readonly state: Json },
    expectedVersion: number,
  ): Promise<number>;
  /** Order: last updated first, then by id. */
  list(filter: RunFilter): Promise<readonly RunInfo[]>;
  /** Deleting what is not there is no error. */
  delete(id: string): Promise<void>;
  /**
   * Keeps everybody else from holding a run, as `SessionStore.hold` does: a run that is `running` and that nobody holds
   * was left by a process that ended, and whoever holds it may go on with it.
   *
   * Unit: `waitMs`: how long it waits for another holder.
   * Throws: `RUSTIC_RUN_BUSY` when that was not enough.
   * Cancel: `signal` ends the waiting with its reason.
   */
  hold(id: string, wait: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<SessionHold>;
}

declare module '../capability.js' {
  interface Services {
    runs: Runs;
  }
}
export const runs = defineService({ id: 'runs', version: 1 });
