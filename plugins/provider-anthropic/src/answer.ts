import type { ServerSentEvent } from '@anthropic-ai/sdk/core/streaming';
import type { Message, RawMessageStreamEvent, StopReason } from '@anthropic-ai/sdk/resources/messages/messages';
import {
  type Json,
  modelError,
  type ModelEvent,
  toolInput,
  type Usage,
  type VendorAnswer,
} from '@rustic-ai/kernel/contracts';
import { signed } from './reasoning.js';

type Reason = Extract<ModelEvent, { type: 'finish' }>['reason'];
const reasons: Readonly<Record<StopReason, Reason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};
type Counts = { readonly [Name in keyof Message['usage']]?: Message['usage'][Name] | null };
type Open =
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; text: string }
  | { readonly type: 'thinking'; signature: string };
const nothing: readonly ModelEvent[] = [];

/**
 * Reads a streamed message, event by event.
 *
 * Shape: tool calls are delivered by `end`, and thinking that came after one behind it: the vendor wants its blocks back
 *   in their order.
 */
export function createAnswer(pieces: AsyncIterable<ServerSentEvent>): VendorAnswer<ServerSentEvent> {
  const open = new Map<number, Open>();
  const held: ModelEvent[] = [];
  let first: Message | undefined;
  let counts: Counts = {};
  let reason: StopReason | null | undefined;
  let ended = false;
  let started = false;
  const start = (): ModelEvent => {
    started = true;
    return { type: 'start', model: first?.model ?? '', ...(first?.id && { id: first.id }) };
  };
  const saying = (event: ModelEvent): readonly ModelEvent[] => (started ? [event] : [start(), event]);
  const thought = (event: ModelEvent): readonly ModelEvent[] => {
    if (held.length === 0) return saying(event);
    held.push(event);
    return nothing;
  };
  return {
    pieces,
    read(sent) {
      const event = eventIn(sent);
      switch (event?.type) {
        case 'content_block_delta': {
          const { delta } = event;
          if (delta.type === 'text_delta') return delta.text ? saying({ type: 'text', text: delta.text }) : nothing;
          if (delta.type === 'thinking_delta')
            return delta.thinking ? thought({ type: 'reasoning', text: delta.thinking }) : nothing;
          const block = open.get(event.index);
          if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature += delta.signature;
          if (delta.type !== 'input_json_delta' || block?.type !== 'tool_use' || !delta.partial_json) return nothing;
          block.text += delta.partial_json;
          const { id, name } = block;
          return saying({ type: 'tool_call_delta', id, name, text: delta.partial_json });
        }
        case 'message_start':
          first = event.message;
          counts = event.message.usage;
          return nothing;
        case 'content_block_start': {
          const block = event.content_block;
          if (block.type === 'tool_use')
            open.set(event.index, { type: 'tool_use', id: block.id, name: block.name, text: '' });
          if (block.type === 'thinking') open.set(event.index, { type: 'thinking', signature: block.signature ?? '' });
          return block.type === 'redacted_thinking' ? thought(signed({ data: block.data })) : nothing;
        }
        case 'content_block_stop': {
          const block = open.get(event.index);
          open.delete(event.index);
          if (block?.type === 'thinking' && block.signature) return thought(signed({ signature: block.signature }));
          if (block?.type === 'tool_use')
            held.push({ type: 'tool_call', id: block.id, name: block.name, input: toolInput(block.text) });
          return nothing;
        }
        case 'message_delta':
          reason = event.delta.stop_reason ?? reason;
          counts = { ...counts, ...present(event.usage) };
          return nothing;
        case 'message_stop':
          ended = true;
          return nothing;
        default:
          return nothing;
      }
    },
    *end() {
      if (!first) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no message' });
      if (!ended || !reason)
        throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      if (!started) yield start();
      yield* held;
      yield { type: 'finish', reason: reasons[reason] ?? 'stop', usage: usageOf(counts) };
    },
  };
}

/** As the SDK reads it. Throws: what the vendor says went wrong, as `error`; a `SyntaxError` for what is no JSON. */
function eventIn({ event, data }: ServerSentEvent): RawMessageStreamEvent | undefined {
  if (event === 'error') throw Object.assign(new Error('the vendor failed'), { error: parsed(data) });
  return event === null || event === 'ping' || !data ? undefined : (JSON.parse(data) as RawMessageStreamEvent);
}
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

/** Reads a whole message. Throws: `RUSTIC_MODEL_STREAM_INVALID`. */
export function* readWhole(message: Message): Generator<ModelEvent> {
  const { content, model, id, stop_reason: reason, usage } = message as Partial<Message>;
  if (!Array.isArray(content)) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it has no content' });
  yield { type: 'start', model: model ?? '', ...(id && { id }) };
  for (const block of content) {
    if (block.type === 'text' && block.text) yield { type: 'text', text: block.text };
    if (block.type === 'thinking') {
      if (block.thinking) yield { type: 'reasoning', text: block.thinking };
      if (block.signature) yield signed({ signature: block.signature });
    }
    if (block.type === 'redacted_thinking') yield signed({ data: block.data });
    if (block.type === 'tool_use')
      yield { type: 'tool_call', id: block.id, name: block.name, input: block.input as Json };
  }
  yield { type: 'finish', reason: reasons[reason ?? 'end_turn'] ?? 'stop', ...(usage && { usage: usageOf(usage) }) };
}

const present = (counts: object): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== null && value !== undefined));

/** The vendor counts what it had in its cache, or puts there, apart from the other input. */
function usageOf(counts: Counts): Usage {
  const read = counts.cache_read_input_tokens ?? undefined;
  const write = counts.cache_creation_input_tokens ?? undefined;
  const reasoning = counts.output_tokens_details?.thinking_tokens;
  return {
    inputTokens: (counts.input_tokens ?? 0) + (read ?? 0) + (write ?? 0),
    outputTokens: counts.output_tokens ?? 0,
    ...(read !== undefined && { cachedInputTokens: read }),
    ...(write !== undefined && { cacheWriteTokens: write }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}
