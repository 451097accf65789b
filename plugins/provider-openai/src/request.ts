import { type Message, modelError, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageParam,
  ChatCompletionUserMessageParam,
} from 'openai/resources/chat/completions/completions';

/** The request as Chat Completions takes it. Source: the OpenAI API reference, Chat, 2026-10. */
export type ChatRequest = Omit<ChatCompletionCreateParamsBase, 'stream' | 'stream_options'>;

/**
 * Makes the function that writes requests. A conversation grows by its end: what was written for a message is kept as
 * long as somebody holds the message.
 */
export function createRequestWriter() {
  const written = new WeakMap<Message, readonly ChatCompletionMessageParam[]>();
  const write = (message: Message): readonly ChatCompletionMessageParam[] => {
    const params = written.get(message) ?? messagesOf(message);
    // The kernel freezes what it passes on; what is not frozen could still change.
    if (Object.isFrozen(message)) written.set(message, params);
    return params;
  };
  return (request: ModelRequest, model: string) => chatRequest(request, model, request.messages.flatMap(write));
}

/**
 * Writes a request for one model.
 *
 * Throws: `RUSTIC_MODEL_INVALID_REQUEST` for what this protocol can't say.
 */
function chatRequest(request: ModelRequest, model: string, messages: ChatCompletionMessageParam[]): ChatRequest {
  if (request.topK !== undefined) {
    const reason = 'Chat Completions has no such parameter';
    throw modelError('RUSTIC_MODEL_INVALID_REQUEST', { model: request.model, reason, parameter: 'topK' });
  }
  const { tools, toolChoice, output, reasoning } = request;
  const given = <K extends string, V>(name: K, value: V | undefined) =>
    value === undefined ? {} : ({ [name]: value } as Record<K, V>);
  return {
    model,
    messages,
    ...(tools && {
      tools: tools.map(({ name, description, input }) => ({
        type: 'function',
        function: { name, description, parameters: input as Record<string, unknown> },
      })),
    }),
    ...(tools &&
      toolChoice && {
        tool_choice:
          typeof toolChoice === 'string' ? toolChoice : { type: 'function', function: { name: toolChoice.name } },
      }),
    ...(tools && given('parallel_tool_calls', request.parallelToolCalls)),
    ...(output && {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          schema: output.schema as Record<string, unknown>,
          ...given('strict', output.strict),
        },
      },
    }),
    ...given('max_completion_tokens', request.maxTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('stop', request.stop && [...request.stop]),
    ...given('seed', request.seed),
    ...given('presence_penalty', request.presencePenalty),
    ...given('frequency_penalty', request.frequencyPenalty),
    ...given('reasoning_effort', reasoning?.effort),
    ...request.vendor,
  };
}

function messagesOf({ role, parts }: Message): readonly ChatCompletionMessageParam[] {
  if (role === 'system') return [{ role, content: parts.map((part) => textOf([part])).join('\n\n') }];
  if (role === 'tool')
    return parts.flatMap((part) =>
      part.type === 'tool_result'
        ? [{ role, tool_call_id: part.id, content: textOf(part.output) || (part.error?.message ?? '') }]
        : [],
    );
  if (role === 'user') return [{ role, content: userContent(parts) }];
  const calls = parts.flatMap((part) =>
    part.type === 'tool_call'
      ? [{ id: part.id, type: 'function' as const, function: { name: part.name, arguments: argumentsOf(part.input) } }]
      : [],
  );
  // Reasoning is not handed back: this protocol has no place for it.
  return [{ role, content: textOf(parts) || null, ...(calls.length > 0 && { tool_calls: calls }) }];
}

/** Arguments that were no JSON are kept as the text they were. */
const argumentsOf = (input: unknown) => (typeof input === 'string' ? input : JSON.stringify(input));

function userContent(parts: readonly Part[]): ChatCompletionUserMessageParam['content'] {
  if (parts.every((part) => part.type === 'text')) return textOf(parts);
  return parts.flatMap((part): ChatCompletionContentPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    if (part.type !== 'image') return [];
    return [{ type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } }];
  });
}
