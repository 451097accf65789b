import { defineOperation } from '../capability.js';
import type { Json } from '../errors.js';
import type { Message } from './content.js';
import type { ModelEvent } from './model-event.js';
import { guardModelStream } from './model-guard.js';

/** What a model can't do is said by its `ModelFacts`, and refused before it is sent. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly purpose: 'turn' | 'summary' | 'title' | 'route' | 'embed-query' | 'other';
  readonly tools?: readonly { readonly name: string; readonly description: string; readonly input: Json }[];
  /** `auto` and `none` every model takes. Default: `auto`. */
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
  /** The first messages, which later requests begin with as well. A hint: never refused. */
  readonly cacheHint?: { readonly stablePrefixMessages: number };
  readonly stream?: boolean;
  /** Answers nothing: `usage.inputTokens` of the `finish` is what the request has, `estimated` where nobody counts it. */
  readonly countTokens?: true;
  /** The vendor's own options under its own names; they stand above what this contract says. */
  readonly vendor?: { readonly [option: string]: Json };
}
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
