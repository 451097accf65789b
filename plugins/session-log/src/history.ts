import { errorInfo } from '@rustic-ai/kernel';
import { agentError, type Json, type Message, type SessionEntry } from '@rustic-ai/kernel/contracts';

type ResultPart = Extract<Message['parts'][number], { type: 'tool_result' }>;

const interrupted = errorInfo(agentError('RUSTIC_TOOL_INTERRUPTED', {}));
const unknown = errorInfo(agentError('RUSTIC_TOOL_UNKNOWN', {}));
const noResult = (id: string, begun: boolean): ResultPart => {
  const error = begun ? unknown : interrupted;
  return { type: 'tool_result', id, output: [{ type: 'text', text: error.message }], error };
};

/** A message, if that is what the body of an entry is; what else the body says is left out. */
export function messageOf(type: SessionEntry['type'], body: Json): Message | undefined {
  const message = body as Partial<Message> | null;
  if (type !== 'message' || typeof message?.role !== 'string' || !Array.isArray(message.parts)) return undefined;
  // Who puts a session back may have written anything.
  if (!message.parts.every((part) => typeof part === 'object' && part !== null)) return undefined;
  return { role: message.role, parts: message.parts };
}

/** The call an intent is about. */
const callOf = (body: Json): string => String((body as { readonly call?: Json } | null)?.call);

/**
 * The history as a model must see it.
 *
 * Shape: every tool call of an assistant message has exactly one result, and all of them stand in one message that
 *   follows it. A call without one gets `RUSTIC_TOOL_UNKNOWN` where the log says that it began, else
 *   `RUSTIC_TOOL_INTERRUPTED`. Results that answer no open call are left out.
 */
export function historyOf(entries: readonly SessionEntry[]): readonly Message[] {
  const history: Message[] = [];
  const open = new Set<string>();
  const begun = new Set<string>();
  let results: Message['parts'] = [];
  const close = () => {
    const missing = Array.from(open, (id) => noResult(id, begun.has(id)));
    if (results.length + missing.length > 0) history.push({ role: 'tool', parts: [...results, ...missing] });
    results = [];
    open.clear();
    begun.clear();
  };
  for (const { type, body } of entries) {
    if (type === 'intent') begun.add(callOf(body));
    const message = messageOf(type, body);
    if (message?.role === 'tool')
      results = [...results, ...message.parts.filter((part) => part.type !== 'tool_result' || open.delete(part.id))];
    else if (message) {
      close();
      history.push(message);
      if (message.role === 'assistant')
        for (const part of message.parts) if (part.type === 'tool_call') open.add(part.id);
    }
  }
  close();
  return history;
}
