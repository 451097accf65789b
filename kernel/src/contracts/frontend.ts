import { type Call, defineService } from '../capability.js';

/** Service `frontend`: what a person or a program meets. The host hands it the root call of a run. */
export interface Frontend {
  /**
   * Runs until there is nothing more to do.
   *
   * Cancel: interrupts the turn under way, keeps the session whole, resolves with exit code 130, or the one of a coded
   *   reason.
   */
  run(request: FrontendRequest, call: Call): Promise<{ readonly exitCode: number; readonly session?: string }>;
}
export interface FrontendRequest {
  readonly mode: 'once' | 'interactive';
  readonly prompt?: string;
  readonly session?: string;
  /** Name of the agent. Default: the composition's choice. */
  readonly agent?: string;
  readonly model?: string;
  /** How often the model may be asked in a turn. Default: the agent's own limit. */
  readonly maxSteps?: number;
  /** `json`: one object at the end; `stream-json`: every event on a line of its own. Default: `text`. */
  readonly output?: 'text' | 'json' | 'stream-json';
}
declare module '../capability.js' {
  interface Services {
    frontend: Frontend;
  }
}
export const frontend = defineService({ id: 'frontend', version: 1 });
