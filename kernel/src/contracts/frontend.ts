import { type Call, defineService } from '../capability.js';
import type { Json } from '../errors.js';
import type { AgentRequest } from './agent.js';

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
  /** JSON Schema the final answer has to fit. Default: any text will do. */
  readonly schema?: Json;
  /** What the run may cost, as in `AgentRequest`. Unit: USD. */
  readonly maxCostUsd?: number;
  /**
   * Aborted when the process ends right after this, whatever is still under way: what a program must know as the last of
   * a run is written before the event returns. The reason says what ended it.
   */
  readonly last?: AbortSignal;
  /** `json`: one object at the end; `stream-json`: every event on a line of its own. Default: `text`. */
  readonly output?: 'text' | 'json' | 'stream-json';
  /** For screen readers: nothing is redrawn or animated, words stand for colours and symbols. Default: false. */
  readonly plain?: boolean;
  /** What the host itself can be asked for between two prompts. Default: nothing. */
  readonly commands?: readonly HostCommand[];
}
/** What an agent is asked, of what a frontend was. */
export function agentRequestOf(request: FrontendRequest): AgentRequest {
  const { prompt = '', session, model, maxSteps, schema, maxCostUsd } = request;
  return {
    prompt,
    ...(session !== undefined && { session }),
    ...(model !== undefined && { model }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(schema !== undefined && { output: { schema } }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}
/** A command of the host, for a conversation: `/config`. */
export interface HostCommand {
  /** Without the slash: `config`. */
  readonly name: string;
  readonly summary: string;
  /** Resolves to what is to be shown. `text`: what follows the name, as typed. */
  run(about: { readonly text: string; readonly session?: string }): Promise<string>;
}
declare module '../capability.js' {
  interface Services {
    frontend: Frontend;
  }
}
export const frontend = defineService({ id: 'frontend', version: 1 });
