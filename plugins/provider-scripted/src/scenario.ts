import type { Json } from '@rustic-ai/kernel/contracts';

/** Where something stands in the file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface Scenario {
  /** As it is named in errors. */
  readonly file: string;
  readonly turns: readonly Turn[];
}
/** The answer to one model request. Its texts may hold templates. */
export interface Turn {
  readonly at: Position;
  /** Plays only if the last user message contains this. Default: plays for any. */
  readonly when?: string;
  readonly think?: string;
  readonly say?: string;
  readonly calls?: readonly ScriptedCall[];
  /** Waited before each piece of text. Default: 0. */
  readonly delayMs?: number;
  /** Thrown after everything else, and before `start` when there is nothing else. */
  readonly error?: { readonly code: string; readonly message: string; readonly fix?: string };
  /** `cut`: ends without a `finish`; `length`: finishes as if the answer had become too long. */
  readonly stop?: 'cut' | 'length';
}
export interface ScriptedCall {
  readonly tool: string;
  /** What templates call its result by. Default: `call-<turn>-<call>`, both counted from 1. */
  readonly id?: string;
  /** Default: `{}`. */
  readonly input?: { readonly [name: string]: Json };
}

/** The id of a call: the written one, or where it stands. */
export const idOf = (call: ScriptedCall, turn: number, index: number): string =>
  call.id ?? `call-${turn + 1}-${index + 1}`;
