import { type Json, type Message, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import type { ChatRequest, Message as ChatMessage, Tool } from 'ollama/browser';

/** Makes the function that writes requests; what was written for a message is kept as long as the message. */
export function createWriter() {
  const written = new WeakMap<Message, readonly ChatMessage[]>();
  /** Source: the types of ollama 0.6.4. */
  return (request: ModelRequest, model: string): Omit<ChatRequest, 'stream'> => {
    const names = namesIn(request.messages);
    const write = (message: Message): readonly ChatMessage[] => {
      const messages = written.get(message) ?? messagesOf(message, names);
      // The kernel freezes what it passes on; what is not frozen could still change.
      if (Object.isFrozen(message)) written.set(message, messages);
      return messages;
    };
    const { output, reasoning } = request;
    // The protocol has no word for it: who shall use no tool is told of none.
    const tools = request.toolChoice === 'none' ? undefined : request.tools;
    const { options: more, ...vendor } = request.vendor ?? {};
    const options = { ...optionsOf(request), ...(more as object | undefined) };
    return {
      model,
      messages: request.messages.flatMap(write),
      ...(tools && {
        tools: tools.map(({ name, description, input }) => ({
          type: 'function',
          function: { name, description, parameters: input as Tool['function']['parameters'] & object },
        })),
      }),
      ...(output && { format: output.schema as object }),
      ...(reasoning && { think: reasoning.effort ?? true }),
      ...(Object.keys(options).length > 0 && { options }),
      ...vendor,
    };
  };
}

function optionsOf(request: ModelRequest) {
  const given = <V>(name: string, value: V | undefined) => (value === undefined ? {} : { [name]: value });
  return {
    ...given('num_predict', request.maxTokens),
    ...given('temperature', request.temperature),
    ...given('top_p', request.topP),
    ...given('top_k', request.topK),
    ...given('stop', request.stop && [...request.stop]),
    ...given('seed', request.seed),
    ...given('presence_penalty', request.presencePenalty),
    ...given('frequency_penalty', request.frequencyPenalty),
  };
}

/** Results are found by the name of what was called. */
const namesIn = (messages: readonly Message[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap(({ parts }) =>
      parts.flatMap((part): [string, string][] => (part.type === 'tool_call' ? [[part.id, part.name]] : [])),
    ),
  );

function messagesOf({ role, parts }: Message, names: ReadonlyMap<string, string>): ChatMessage[] {
  if (role === 'tool')
    return parts.flatMap((part): ChatMessage[] => {
      if (part.type !== 'tool_result') return [];
      const content = textOf(part.output) || (part.error?.message ?? '');
      return [{ role, content, tool_name: names.get(part.id) ?? part.id, ...imagesOf(part.output) }];
    });
  const calls = parts.flatMap((part) =>
    part.type === 'tool_call' ? [{ function: { name: part.name, arguments: objectOf(part.input) } }] : [],
  );
  // Reasoning is not handed back: this vendor does not sign it, and models begin anew with every question.
  const content = role === 'system' ? parts.map((part) => textOf([part])).join('\n\n') : textOf(parts);
  return [{ role, content, ...imagesOf(parts), ...(calls.length > 0 && { tool_calls: calls }) }];
}
function imagesOf(parts: readonly Part[]): { images?: string[] } {
  const images = parts.flatMap((part) => (part.type === 'image' ? [part.data] : []));
  return images.length > 0 ? { images } : {};
}
/** Arguments that were no object go back as what they were, in one. */
const objectOf = (input: Json): { [name: string]: unknown } =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : { arguments: input };
