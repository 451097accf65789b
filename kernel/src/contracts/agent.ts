import { defineOperation } from '../capability.js';
import type { ErrorInfo, Json } from '../errors.js';
import type { Answer, Ask, DecidedBy } from '../permissions/types.js';
import type { Part, Usage } from './content.js';
import type { ToolKind, ToolResult } from './tool.js';

export interface AgentRequest {
  readonly prompt: string | readonly Part[];
  /** Id of the session to go on with. Default: a new one. */
  readonly session?: string;
  /** Name of the model. Default: the composition's choice. */
  readonly model?: string;
  /**
   * The final answer must be JSON that fits this JSON Schema; `run.completed` has it as `structured`. One that does not fit
   * is asked for once more, then the run fails with `RUSTIC_AGENT_OUTPUT`.
   */
  readonly output?: { readonly schema: Json };
  /**
   * The model is not asked again once the run has cost so much, nor at all where nobody knows its price. The call that
   * reaches the limit is paid for.
   *
   * Unit: USD. Default: no limit.
   */
  readonly maxCostUsd?: number;
  /** How often the model may be asked; the agent's own limit stays one. */
  readonly maxSteps?: number;
}
export type Item =
  /** `user_message`: what a person said while the turn was under way. */
  | { readonly type: 'agent_message' | 'reasoning' | 'user_message'; readonly id: string; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      readonly plugin: string;
      readonly kind: ToolKind;
      readonly status: 'pending' | 'in_progress' | 'completed' | 'failed';
      readonly input?: Json;
      readonly result?: ToolResult;
    }
  | { readonly type: 'file_change'; readonly id: string; readonly path: string; readonly diff: string }
  | {
      readonly type: 'subagent' | 'skill';
      readonly id: string;
      readonly name: string;
      /** Id of the tool call it comes of, whose items stand between its own. Absent: it comes of none. */
      readonly call?: string;
      readonly status: 'in_progress' | 'completed' | 'failed';
    }
  | { readonly type: 'error'; readonly id: string; readonly error: ErrorInfo };

/** The one event vocabulary: terminal, JSON lines, HTTP, editors and traces all read this. Deltas, never snapshots. */
export type RunEvent = RunEventHead & RunEventBody;
export interface RunEventHead {
  readonly v: 1;
  readonly seq: number;
  readonly ts: string;
  readonly sessionId: string;
  readonly turn?: number;
}
export type RunEventBody =
  | {
      readonly type: 'session.started';
      readonly cwd: string;
      readonly model: string;
      readonly agent: string;
      readonly plugins: readonly { readonly id: string; readonly version: string }[];
    }
  | { readonly type: 'turn.started' }
  | { readonly type: 'turn.completed' | 'turn.interrupted'; readonly usage: Usage }
  | { readonly type: 'turn.failed'; readonly error: ErrorInfo }
  | { readonly type: 'item.started' | 'item.updated' | 'item.completed'; readonly item: Item }
  | { readonly type: 'item.delta'; readonly id: string; readonly text: string }
  | { readonly type: 'permission.requested'; readonly id: string; readonly ask: Ask }
  | { readonly type: 'permission.decided'; readonly id: string; readonly answer: Answer; readonly by: DecidedBy }
  | {
      readonly type: 'retry';
      readonly attempt: number;
      readonly max: number;
      readonly delayMs: number;
      readonly reason: string;
      /** The model that is asked now, when it is another one than before. */
      readonly model?: string;
    }
  | {
      readonly type: 'usage.updated';
      readonly usage: Usage;
      readonly contextUsed: number;
      readonly contextSize?: number;
    }
  | { readonly type: 'compaction'; readonly before: number; readonly after: number }
  | { readonly type: 'plugin.failed'; readonly plugin: string; readonly error: ErrorInfo }
  | RunCompleted;
/** Always the last event of a run. */
export interface RunCompleted {
  readonly type: 'run.completed';
  readonly status: 'ok' | 'failed' | 'interrupted';
  readonly exitCode: number;
  readonly result?: string;
  readonly structured?: Json;
  readonly usage: Usage;
  readonly turns: number;
  readonly durationMs: number;
  readonly permissionDenials: readonly string[];
  readonly errors: readonly ErrorInfo[];
}

declare module '../capability.js' {
  interface Operations {
    agent: { readonly mode: 'stream'; readonly input: AgentRequest; readonly output: RunEvent };
  }
}

export const agent = defineOperation({
  id: 'agent',
  version: 1,
  mode: 'stream',
  triggers: 'agent',
  effects: { kind: 'none', idempotent: false, openWorld: false },
});
