import { randomUUID } from 'node:crypto';
import { type Json, modelError, type ModelEvent, type VendorAnswer } from '@rustic-ai/kernel/contracts';
import type { ChatResponse } from 'ollama/browser';

/** What newer servers add. Source: Ollama, API docs, "Tool calling". */
type Named = { readonly id?: string };
type Lines = readonly ChatResponse[];

/**
 * Reads an answer, as many lines as arrived together; a whole one is one line.
 *
 * Shape: tool calls are delivered by `end`, with ids of their own where the server gives none.
 */
export function createAnswer(pieces: AsyncIterable<Lines> | Iterable<Lines>): VendorAnswer<Lines> {
  const calls: ModelEvent[] = [];
  let last: ChatResponse | undefined;
  let started = false;
  const start = (model: string): ModelEvent => {
    started = true;
    return { type: 'start', model };
  };
  return {
    pieces,
    read(lines) {
      const events: ModelEvent[] = [];
      for (const line of lines) {
        last = line;
        const { content, thinking, tool_calls: called } = (line as Partial<ChatResponse>).message ?? {};
        for (const call of called ?? []) {
          const id = (call as Named).id ?? `call_${randomUUID()}`;
          calls.push({ type: 'tool_call', id, name: call.function.name, input: call.function.arguments as Json });
        }
        if (!started && (content || thinking)) events.push(start(line.model));
        if (thinking) events.push({ type: 'reasoning', text: thinking });
        if (content) events.push({ type: 'text', text: content });
      }
      return events;
    },
    *end() {
      if (!last?.done) {
        if (!started && !last?.model) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it is no answer' });
        throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      }
      if (!started) yield start(last.model);
      yield* calls;
      const { done_reason: said, prompt_eval_count: inputTokens = 0, eval_count: outputTokens = 0 } = last;
      const reason = said === 'length' ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop';
      yield { type: 'finish', reason, usage: { inputTokens, outputTokens } };
    },
  };
}
