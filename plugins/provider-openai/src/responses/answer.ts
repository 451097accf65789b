import { modelError, type ModelEvent, toolInput, type Usage, type VendorAnswer } from '@rustic-ai/kernel/contracts';
import type { Response, ResponseOutputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { reasoningEvent } from './reasoning.js';

const nothing: readonly ModelEvent[] = [];

/**
 * Reads a streamed response, event by event.
 *
 * Shape: tool calls are delivered by `end`, and reasoning that came after one behind it: the vendor wants its items back
 *   in their order.
 */
export function createResponsesAnswer(pieces: AsyncIterable<ResponseStreamEvent>): VendorAnswer<ResponseStreamEvent> {
  const open = new Map<number, { readonly id: string; readonly name: string }>();
  const held: ModelEvent[] = [];
  let first: Response | undefined;
  let ended: Response | undefined;
  let started = false;
  const start = (): ModelEvent => {
    started = true;
    return { type: 'start', model: first?.model ?? '', ...(first?.id && { id: first.id }) };
  };
  const saying = (event: ModelEvent): readonly ModelEvent[] => (started ? [event] : [start(), event]);
  return {
    pieces,
    read(event) {
      switch (event.type) {
        case 'response.created':
          first = event.response;
          return nothing;
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          return event.delta ? saying({ type: 'text', text: event.delta }) : nothing;
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          return event.delta ? saying({ type: 'reasoning', text: event.delta }) : nothing;
        case 'response.output_item.added':
          if (event.item.type === 'function_call')
            open.set(event.output_index, { id: event.item.call_id, name: event.item.name });
          return nothing;
        case 'response.function_call_arguments.delta': {
          const call = open.get(event.output_index);
          return call ? saying({ type: 'tool_call_delta', ...call, text: event.delta }) : nothing;
        }
        case 'response.output_item.done': {
          const done = [...eventsOf(event.item, false)];
          if (held.length === 0 && event.item.type === 'reasoning') return done.flatMap(saying);
          held.push(...done);
          return nothing;
        }
        case 'response.completed':
        case 'response.incomplete':
          ended = event.response;
          return nothing;
        case 'response.failed':
          throw Object.assign(new Error('the response failed'), { error: event.response.error ?? {} });
        case 'error':
          throw Object.assign(new Error(event.message), { error: event });
        default:
          return nothing;
      }
    },
    *end() {
      if (!first && !started) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no event' });
      if (!ended) throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      if (!started) yield start();
      yield* held;
      yield finish(ended);
    },
  };
}

/** Reads a whole response. Throws: `RUSTIC_MODEL_STREAM_INVALID`, or what the response failed with. */
export function* readWholeResponse(response: Response): Generator<ModelEvent> {
  const { output, error, model, id } = response as Partial<Response>;
  if (error) throw Object.assign(new Error('the response failed'), { error });
  if (!Array.isArray(output)) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it has no output' });
  yield { type: 'start', model: model ?? '', ...(id && { id }) };
  for (const item of output) yield* eventsOf(item, true);
  yield finish(response);
}

function* eventsOf(item: ResponseOutputItem, whole: boolean): Generator<ModelEvent> {
  if (item.type === 'function_call') {
    const { call_id: id, name } = item;
    yield { type: 'tool_call', id, name, input: toolInput(item.arguments) };
  } else if (item.type === 'reasoning') {
    const text = [...item.summary, ...(item.content ?? [])].map((part) => part.text).join('\n\n');
    if (whole && text) yield { type: 'reasoning', text };
    yield reasoningEvent(item);
  } else if (item.type === 'message' && whole)
    for (const part of item.content) {
      const text = part.type === 'output_text' ? part.text : part.refusal;
      if (text) yield { type: 'text', text };
    }
}

function finish(response: Response): ModelEvent {
  const { status, incomplete_details: details, output } = response;
  const usage = usageOf(response);
  const called = output?.some(({ type }) => type === 'function_call');
  const cut = details?.reason === 'content_filter' ? 'content_filter' : 'length';
  const reason = status === 'incomplete' ? cut : called ? 'tool_calls' : 'stop';
  return { type: 'finish', reason, ...(usage && { usage }) };
}

function usageOf({ usage }: Response): Usage | undefined {
  if (!usage) return undefined;
  const cached = usage.input_tokens_details?.cached_tokens;
  const reasoning = usage.output_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}
