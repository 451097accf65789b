import { modelError, type ModelEvent, toolInput, type Usage, type VendorAnswer } from '@rustic-ai/kernel/contracts';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
} from 'openai/resources/chat/completions/completions';
import type { CompletionUsage } from 'openai/resources/completions';

type Reason = Extract<ModelEvent, { type: 'finish' }>['reason'];
const reasons: Readonly<Record<string, Reason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
};
/** Compatible servers stream the reasoning of their models under this name. Source: DeepSeek and vLLM, API docs, 2026. */
type Reasoning = { readonly reasoning_content?: string | null };

function usageOf(usage: CompletionUsage | null | undefined): Usage | undefined {
  if (!usage) return undefined;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

const finish = (reason: string, calls: number, usage: CompletionUsage | null | undefined): ModelEvent => {
  const counted = usageOf(usage);
  const known = reasons[reason] ?? 'stop';
  // Some servers say "stop" although there are calls.
  return {
    type: 'finish',
    reason: calls > 0 && known === 'stop' ? 'tool_calls' : known,
    ...(counted && { usage: counted }),
  };
};

const nothing: readonly ModelEvent[] = [];

/**
 * Reads a streamed answer, chunk by chunk.
 *
 * Shape: tool calls are delivered by `end`, when the answer is known to be whole, never half.
 */
export function createChatAnswer(pieces: AsyncIterable<ChatCompletionChunk>): VendorAnswer<ChatCompletionChunk> {
  const calls: { id: string; name: string; text: string }[] = [];
  let first: ChatCompletionChunk | undefined;
  let started = false;
  let reason: string | undefined;
  let usage: CompletionUsage | null | undefined;
  const saying = (event: ModelEvent): readonly ModelEvent[] => (started ? [event] : [...start(), event]);
  const start = (): readonly ModelEvent[] => {
    started = true;
    return [{ type: 'start', model: first?.model ?? '', ...(first?.id && { id: first.id }) }];
  };
  return {
    pieces,
    read(chunk) {
      first ??= chunk;
      usage = chunk.usage ?? usage;
      const choice = chunk.choices?.[0];
      if (!choice) return nothing;
      reason = choice.finish_reason ?? reason;
      const delta = choice.delta as typeof choice.delta & Reasoning;
      if (delta?.content && !delta.reasoning_content && !delta.tool_calls)
        return saying({ type: 'text', text: delta.content });
      const events: ModelEvent[] = [];
      if (delta?.reasoning_content) events.push({ type: 'reasoning', text: delta.reasoning_content });
      if (delta?.content) events.push({ type: 'text', text: delta.content });
      if (delta?.refusal) events.push({ type: 'text', text: delta.refusal });
      for (const { index, id, function: called } of delta?.tool_calls ?? []) {
        const call = (calls[index] ??= { id: '', name: '', text: '' });
        if (id) call.id = id;
        if (called?.name) call.name += called.name;
        if (!called?.arguments) continue;
        call.text += called.arguments;
        events.push({ type: 'tool_call_delta', id: call.id, name: call.name, text: called.arguments });
      }
      return events.length > 0 && !started ? [...start(), ...events] : events;
    },
    *end() {
      if (!first) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no event' });
      if (reason === undefined)
        throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      if (!started) yield* start();
      const whole = calls.filter((call) => call !== undefined);
      for (const [index, { id, name, text }] of whole.entries())
        yield { type: 'tool_call', id: id || `call_${index + 1}`, name, input: toolInput(text) };
      yield finish(reason, whole.length, usage);
    },
  };
}

/** Reads a whole answer. Throws: `RUSTIC_MODEL_STREAM_INVALID`. */
export function* readWholeChat(answer: ChatCompletion): Generator<ModelEvent> {
  const choice = (answer as Partial<ChatCompletion> | undefined)?.choices?.[0];
  if (!choice) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it has no choice' });
  const message = choice.message as ChatCompletionMessage & Reasoning;
  yield { type: 'start', model: answer.model ?? '', ...(answer.id && { id: answer.id }) };
  if (message.reasoning_content) yield { type: 'reasoning', text: message.reasoning_content };
  if (message.content) yield { type: 'text', text: message.content };
  if (message.refusal) yield { type: 'text', text: message.refusal };
  const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
  for (const [index, call] of calls.entries())
    yield {
      type: 'tool_call',
      id: call.id || `call_${index + 1}`,
      name: call.function.name,
      input: toolInput(call.function.arguments),
    };
  yield finish(choice.finish_reason ?? 'stop', calls.length, answer.usage);
}
