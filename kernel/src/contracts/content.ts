import type { ErrorInfo, Json } from '../errors.js';

export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `data` is base64. */
  | { readonly type: 'image'; readonly mediaType: string; readonly data: string }
  /** `vendor` carries signatures to hand back unchanged. */
  | { readonly type: 'reasoning'; readonly text: string; readonly vendor?: Json }
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      readonly input: Json;
      readonly vendor?: Json;
    }
  | { readonly type: 'tool_result'; readonly id: string; readonly output: readonly Part[]; readonly error?: ErrorInfo };
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
}
/** Unit: tokens as the vendor counts them; `costUsd` is absent when the price is unknown, never 0. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  readonly costUsd?: number;
  readonly estimated?: boolean;
}

/** The text of the text parts, joined. */
export const textOf = (parts: readonly Part[]): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
