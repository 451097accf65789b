import { type Message, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import type {
  ResponseCreateParamsBase,
  ResponseInputContent,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { argumentsOf } from '../arguments.js';
import { keptOf } from './reasoning.js';

/** The request as the Responses API takes it. Source: the types of openai 7.57.0. */
export type ResponsesRequest = Omit<ResponseCreateParamsBase, 'stream'>;

/** Makes the function that writes requests; what was written for a message is kept as long as the message. */
export function createResponsesWriter(reasons: (name: string) => boolean) {
  const written = new WeakMap<Message, readonly ResponseInputItem[]>();
  const write = (message: Message): readonly ResponseInputItem[] => {
    const items = written.get(message) ?? itemsOf(message);
    if (Object.isFrozen(message)) written.set(message, items);
    return items;
  };
  return (request: ModelRequest, model: string): ResponsesRequest => {
    const { tools, toolChoice, output, reasoning } = request;
    const given = <K extends string, V>(name: K, value: V | undefined) =>
      value === undefined ? {} : ({ [name]: value } as Record<K, V>);
    return {
      model,
      input: request.messages.flatMap(write),
      // Nothing stays with the vendor: what it wants back goes back with the next request.
      store: false,
      ...((reasoning ?? reasons(model)) && { include: ['reasoning.encrypted_content'] }),
      ...(tools && {
        tools: tools.map(({ name, description, input }) => ({
          type: 'function',
          name,
          description,
          parameters: input as Record<string, unknown>,
          strict: false,
        })),
      }),
      ...(tools &&
        toolChoice && {
          tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', name: toolChoice.name },
        }),
      ...(tools && given('parallel_tool_calls', request.parallelToolCalls)),
      ...(output && {
        text: {
          format: {
            type: 'json_schema',
            name: 'answer',
            schema: output.schema as Record<string, unknown>,
            ...given('strict', output.strict),
          },
        },
      }),
      ...given('max_output_tokens', request.maxTokens),
      ...given('temperature', request.temperature),
      ...given('top_p', request.topP),
      ...(reasoning && { reasoning: { ...given('effort', reasoning.effort), summary: 'auto' } }),
      ...request.vendor,
    };
  };
}

function itemsOf({ role, parts }: Message): readonly ResponseInputItem[] {
  if (role === 'system') return [{ role, content: parts.map((part) => textOf([part])).join('\n\n') }];
  if (role === 'user') return [{ role, content: contentOf(parts) }];
  return parts.flatMap((part): ResponseInputItem[] => {
    if (part.type === 'text') return part.text ? [{ role: 'assistant', content: part.text }] : [];
    if (part.type === 'reasoning') return keptOf(part.vendor);
    if (part.type === 'tool_call')
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: argumentsOf(part.input) }];
    if (part.type !== 'tool_result') return [];
    const images = part.output.some(({ type }) => type === 'image');
    const said = textOf(part.output) || (part.error?.message ?? '');
    return [{ type: 'function_call_output', call_id: part.id, output: images ? contentOf(part.output) : said }];
  });
}

const contentOf = (parts: readonly Part[]) =>
  parts.flatMap((part): Extract<ResponseInputContent, { type: 'input_text' | 'input_image' }>[] => {
    if (part.type === 'text') return [{ type: 'input_text', text: part.text }];
    if (part.type !== 'image') return [];
    return [{ type: 'input_image', detail: 'auto', image_url: `data:${part.mediaType};base64,${part.data}` }];
  });
