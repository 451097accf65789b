import type { ErrorInfo, Json } from '../errors.js';
import type { Usage } from './content.js';

/**
 * What a model yields.
 *
 * Shape: one `start`, any number of the others, exactly one `finish`; nothing after `finish`.
 * Throws: coded errors only before `start`; later failures are a `finish` with `reason: 'error'` and the same code.
 * Cancel: aborting the call closes the connection and yields `finish` with `reason: 'aborted'`.
 */
export type ModelEvent =
  | { readonly type: 'start'; readonly model: string; readonly id?: string }
  /** `vendor` completes a stretch of reasoning: it goes back unchanged with the whole text of it, which may be empty. */
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
