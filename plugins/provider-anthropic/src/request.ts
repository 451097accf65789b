import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParamsBase,
  MessageParam,
  TextBlockParam,
  ToolChoice,
} from '@anthropic-ai/sdk/resources/messages/messages';
import { type Json, type Message, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import { isBudgeted, outputLimit } from './capabilities.js';
import { blockOf } from './reasoning.js';

/** The request as the Messages API takes it. Source: the types of @anthropic-ai/sdk 1.12.0. */
export type MessagesRequest = Omit<MessageCreateParamsBase, 'stream'>;

const cached = { cache_control: { type: 'ephemeral' } } as const;
/** Unit: tokens to think, of models that want a number. */
const budgets = { low: 2_048, medium: 8_192, high: 16_384 } as const;

/** Makes the function that writes requests; what was written for a message is kept as long as the message. */
export function createWriter() {
  const written = new WeakMap<Message, readonly ContentBlockParam[]>();
  const write = (message: Message): readonly ContentBlockParam[] => {
    const blocks = written.get(message) ?? message.parts.flatMap(blocksOf);
    // The kernel freezes what it passes on; what is not frozen could still change.
    if (Object.isFrozen(message)) written.set(message, blocks);
    return blocks;
  };
  return (request: ModelRequest, model: string): MessagesRequest => {
    const { tools, output, cacheHint } = request;
    const system: TextBlockParam[] = [];
    const messages: (MessageParam & { content: ContentBlockParam[] })[] = [];
    for (const [index, message] of request.messages.entries()) {
      const stable = index + 1 === cacheHint?.stablePrefixMessages;
      if (message.role === 'system') {
        const texts = message.parts.flatMap((part) =>
          part.type === 'text' && part.text ? [textBlock(part.text)] : [],
        );
        system.push(...(stable ? marked(texts) : texts));
        continue;
      }
      const blocks = stable ? marked(write(message)) : write(message);
      const role = message.role === 'assistant' ? 'assistant' : 'user';
      const last = messages.at(-1);
      if (last?.role === role) last.content.push(...blocks);
      else if (blocks.length > 0) messages.push({ role, content: [...blocks] });
    }
    const given = <K extends string, V>(name: K, value: V | undefined) =>
      value === undefined ? {} : ({ [name]: value } as Record<K, V>);
    const { thinking, effort, least } = thinkingOf(request, model);
    const format = output && { type: 'json_schema' as const, schema: output.schema as Record<string, unknown> };
    return {
      model,
      messages,
      max_tokens: request.maxTokens ?? least + outputLimit(model),
      ...(system.length > 0 && { system }),
      ...(tools && {
        tools: tools.map(({ name, description, input }) => ({
          name,
          description,
          input_schema: input as { type: 'object' },
        })),
        ...given('tool_choice', choiceOf(request)),
      }),
      ...given('temperature', request.temperature),
      ...given('top_p', request.topP),
      ...given('top_k', request.topK),
      ...given('stop_sequences', request.stop && [...request.stop]),
      ...given('thinking', thinking),
      ...((effort ?? format) && { output_config: { ...given('effort', effort), ...given('format', format) } }),
      ...request.vendor,
    };
  };
}

function thinkingOf({ reasoning }: ModelRequest, model: string) {
  if (!reasoning) return { least: 0 };
  if (!isBudgeted(model))
    return { thinking: { type: 'adaptive', display: 'summarized' } as const, effort: reasoning.effort, least: 0 };
  const budget = reasoning.budgetTokens ?? budgets[reasoning.effort ?? 'medium'];
  return { thinking: { type: 'enabled', budget_tokens: budget } as const, least: budget };
}

function choiceOf({ toolChoice, parallelToolCalls }: ModelRequest): ToolChoice | undefined {
  if (toolChoice === 'none') return { type: 'none' };
  const one = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.name, ...one };
  if (toolChoice === 'required') return { type: 'any', ...one };
  return (toolChoice ?? parallelToolCalls !== undefined) ? { type: 'auto', ...one } : undefined;
}

const textBlock = (text: string): TextBlockParam => ({ type: 'text', text });
/** Everything up to the last of them is kept by the vendor for the next request. */
const marked = <Block extends object>(blocks: readonly Block[]): Block[] =>
  blocks.map((block, index) => (index === blocks.length - 1 && !isThought(block) ? { ...block, ...cached } : block));
const isThought = (block: object) => 'type' in block && /thinking/.test(String(block.type));

function blocksOf(part: Part): ContentBlockParam[] {
  switch (part.type) {
    case 'text':
    case 'image':
      return shownOf(part);
    case 'reasoning':
      return blockOf(part);
    case 'tool_call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: objectOf(part.input) }];
    case 'tool_result': {
      const { id, output, error } = part;
      const shown = output.flatMap(shownOf);
      const content = output.every(({ type }) => type === 'text') ? textOf(output) || (error?.message ?? '') : shown;
      return [{ type: 'tool_result', tool_use_id: id, content, ...(error && { is_error: true }) }];
    }
  }
}

/** An empty text is refused by the vendor. */
function shownOf(part: Part): (TextBlockParam | ImageBlockParam)[] {
  if (part.type === 'text') return part.text ? [textBlock(part.text)] : [];
  if (part.type !== 'image') return [];
  const mediaType = part.mediaType as 'image/png';
  return [{ type: 'image', source: { type: 'base64', media_type: mediaType, data: part.data } }];
}

/** Arguments that were no object go back as what they were, in one. */
const objectOf = (input: Json): object =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { arguments: input };
