import type { Json, Message, Part, SessionEntry } from '@rustic-ai/kernel/contracts';
import type { ToolCallPart } from './reply.js';

export type ResultPart = Extract<Part, { type: 'tool_result' }>;
/** An entry as an agent appends it. */
export interface NewEntry {
  readonly type: SessionEntry['type'];
  readonly body: Json;
}

/** A message as it is kept; what the model took is said beside it. */
export const messageEntry = (message: Message, told: object = {}): NewEntry => ({
  type: 'message',
  body: { ...message, ...told } as unknown as Json,
});

/** That a call is about to be made which can not be made twice. */
export const intentOf = ({ id, name }: ToolCallPart): NewEntry => ({ type: 'intent', body: { call: id, name } });

/** What became of such a call; `unknown`: its process ended in the middle of it. */
export const receiptOf = (call: string, outcome: 'done' | 'failed' | 'unknown'): NewEntry => ({
  type: 'receipt',
  body: { call, outcome },
});

/** Results as they are kept: a receipt for each call that had an intent, then one message. */
export const finishedEntries = (results: readonly ResultPart[], begun: ReadonlySet<string>): readonly NewEntry[] =>
  results.length === 0
    ? []
    : [
        ...results.filter(({ id }) => begun.has(id)).map(({ id, error }) => receiptOf(id, error ? 'failed' : 'done')),
        messageEntry({ role: 'tool', parts: results }),
      ];
