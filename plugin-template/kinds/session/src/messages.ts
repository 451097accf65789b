import { errorInfo } from '@rustic-ai/kernel';
import { agentError, type Json, type Message, type Part, type SessionEntry } from '@rustic-ai/kernel/contracts';

type Result = Extract<Part, { readonly type: 'tool_result' }>;
const isResult = (part: Part): part is Result => part.type === 'tool_result';
/** Of a call that has no result: whether it had begun is all that is known. */
function lost(id: string, begun: boolean): Result {
  const error = errorInfo(agentError(begun ? 'RUSTIC_TOOL_UNKNOWN' : 'RUSTIC_TOOL_INTERRUPTED', {}));
  return { type: 'tool_result', id, output: [{ type: 'text', text: error.message }], error };
}

/** The history as models take it. Shape: each tool call has one result, in one message behind the one that calls. */
export function messagesIn(entries: readonly SessionEntry[]): readonly Message[] {
  const told = entries.flatMap(({ type, body }) => (type === 'message' ? [messageOf(body)] : []));
  const results = new Map(told.flatMap(({ parts }) => parts.filter(isResult).map((part) => [part.id, part])));
  const begun = new Set(entries.flatMap(({ type, body }) => (type === 'intent' ? [callOf(body)] : [])));
  return told
    .filter(({ role }) => role !== 'tool')
    .flatMap((message) => {
      const calls = message.parts.filter((part) => part.type === 'tool_call');
      const parts = calls.map(({ id }) => results.get(id) ?? lost(id, begun.has(id)));
      return parts.length === 0 ? [message] : [message, { role: 'tool' as const, parts }];
    });
}
const messageOf = (body: Json): Message => {
  const { role, parts } = body as unknown as Message;
  return { role, parts };
};
const callOf = (body: Json) => String((body as { readonly call?: Json }).call);
