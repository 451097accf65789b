import { errorInfo } from '@rustic-ai/kernel';
import { agentError, type Json, type Message, type SessionEntry } from '@rustic-ai/kernel/contracts';

const interrupted = errorInfo(agentError('RUSTIC_TOOL_INTERRUPTED', {}));
const noResult = (ids: Iterable<string>): Message => ({
  role: 'tool',
  parts: Array.from(ids, (id) => ({
    type: 'tool_result',
    id,
    output: [{ type: 'text', text: interrupted.message }],
    error: interrupted,
  })),
});

/** A message, if that is what the body of an entry is. */
export function messageOf(type: SessionEntry['type'], body: Json): Message | undefined {
  const message = body as Partial<Message> | null;
  const fits = type === 'message' && typeof message?.role === 'string' && Array.isArray(message.parts);
  return fits ? (message as Message) : undefined;
}

/**
 * The history as a model must see it.
 *
 * Shape: every tool call of an assistant message has exactly one result before the next message that is none; a call
 *   without one gets `RUSTIC_TOOL_INTERRUPTED`. Results that answer no open call are left out.
 */
export function historyOf(entries: readonly SessionEntry[]): readonly Message[] {
  const history: Message[] = [];
  const open = new Set<string>();
  const close = () => {
    if (open.size > 0) history.push(noResult(open));
    open.clear();
  };
  for (const entry of entries) {
    const message = messageOf(entry.type, entry.body);
    if (message?.role === 'tool') {
      const parts = message.parts.filter((part) => part.type !== 'tool_result' || open.delete(part.id));
      if (parts.length > 0) history.push({ ...message, parts });
    } else if (message) {
      close();
      history.push(message);
      if (message.role === 'assistant')
        for (const part of message.parts) if (part.type === 'tool_call') open.add(part.id);
    }
  }
  close();
  return history;
}
