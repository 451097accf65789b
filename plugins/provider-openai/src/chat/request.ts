import { type Message, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageParam,
  ChatCompletionUserMessageParam,
} from 'openai/resources/chat/completions/completions';

import { argumentsOf } from '../arguments.js';

/** The request as Chat Completions takes it. Source: the OpenAI API reference, Chat, 2026-10. */
export type ChatRequest = Omit<ChatCompletionCreateParamsBase, 'stream' | 'stream_options'>;

/**
 * Makes the function that writes requests. A conversation grows by its end: what was written for a message is kept as
 * long as somebody holds the message.
 */
export function createChatWriter() {
  const written = new WeakMap<Message, readonly ChatCompletionMessageParam[]>();
  const write = (message: Message): readonly ChatCompletionMessageParam[] => {
    const params = written.get(message) ?? messagesOf(message);
    // The kernel freezes what it passes on; what is not frozen could still change.
    if (Object.isFrozen(message)) written.set(message, params);
    return params;
  };
  return (request: ModelRequest, model: string) => {
    const messages: ChatCompletionMessageParam[] = [];
    // The results of all calls come one after another; what they show comes when the last one is there.
    let shown: ChatCompletionContentPart[] = [];
    const show = () => {
      if (shown.length > 0) messages.push({ role: 'user', content: shown });
      shown = [];
    };
    for (const message of request.messages) {
      if (message.role !== 'tool') show();
      else shown.push(...message.parts.flatMap(imagesIn));
      messages.push(...write(message));
    }
    show();
    return chatRequest(request, model, messages);
  };
}

function chatRequest(request: ModelRequest, model: string, messages: ChatCompletionMessageParam[]): ChatRequest {
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

function userContent(parts: readonly Part[]): ChatCompletionUserMessageParam['content'] {
  if (parts.every((part) => part.type === 'text')) return textOf(parts);
  return parts.flatMap((part): ChatCompletionContentPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    return part.type === 'image' ? [imageOf(part)] : [];
  });
}

const imageOf = ({ mediaType, data }: Extract<Part, { type: 'image' }>): ChatCompletionContentPart => ({
  type: 'image_url',
  image_url: { url: `data:${mediaType};base64,${data}` },
});
/** Results are text in this protocol. */
const imagesIn = (part: Part): ChatCompletionContentPart[] =>
  part.type === 'tool_result' ? part.output.flatMap((one) => (one.type === 'image' ? [imageOf(one)] : [])) : [];
