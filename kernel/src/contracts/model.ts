import { defineOperation } from '../capability.js';
import type { ErrorInfo, Json } from '../errors.js';
import type { Message, Usage } from './content.js';
import { guardModelStream } from './model-guard.js';

export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly purpose: 'turn' | 'summary' | 'title' | 'route' | 'embed-query' | 'other';
  readonly tools?: readonly { readonly name: string; readonly description: string; readonly input: Json }[];
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallelToolCalls?: boolean;
  readonly output?: { readonly schema: Json; readonly strict?: boolean };
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly reasoning?: { readonly effort?: 'low' | 'medium' | 'high'; readonly budgetTokens?: number };
  readonly cacheHint?: { readonly stablePrefixMessages: number };
  readonly stream?: boolean;
  readonly vendor?: { readonly [option: string]: Json };
}
/**
 * What a model yields.
 *
 * Shape: one `start`, any number of the others, exactly one `finish`; nothing after `finish`.
 * Throws: coded errors only before `start`; later failures are a `finish` with `reason: 'error'` and the same code.
 * Cancel: aborting the call closes the connection and yields `finish` with `reason: 'aborted'`.
 */
export type ModelEvent =
  | { readonly type: 'start'; readonly model: string; readonly id?: string }
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly vendor?: Json }
  /** Whole, only when complete. */
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      readonly input: Json;
      readonly vendor?: Json;
    }
  /** For display only. */
  | { readonly type: 'tool_call_delta'; readonly id: string; readonly name: string; readonly text: string }
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'aborted' | 'error';
      readonly usage?: Usage;
      readonly error?: ErrorInfo;
    };

declare module '../capability.js' {
  interface Operations {
    model: { readonly mode: 'stream'; readonly input: ModelRequest; readonly output: ModelEvent };
  }
}

/** A model call reaches the address of its provider's granted configuration only; that is why it is no open-world effect. */
export const model = defineOperation({
  id: 'model',
  version: 1,
  mode: 'stream',
  effects: { kind: 'none', idempotent: true, openWorld: false },
  guard: guardModelStream as (events: AsyncIterable<never>, signal: AbortSignal) => AsyncIterable<unknown>,
});
