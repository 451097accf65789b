import type { Content, FunctionCallingConfigMode, GenerateContentConfig, Part, ThinkingLevel } from '@google/genai/web';
import { type Message, type ModelRequest, textOf } from '@rustic-ai/kernel/contracts';
import type { Part as OwnPart } from '@rustic-ai/kernel/contracts';
import { isLevelled } from './capabilities.js';
import { keptOf, ownId, unsigned } from './reasoning.js';

/** The request as the Gemini API takes it. Source: the types of @google/genai 3.1.0. */
export interface GenerateRequest {
  readonly model: string;
  readonly contents: Content[];
  readonly config: GenerateContentConfig & { readonly systemInstruction?: Content };
}
const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;
/** Unit: tokens to think, of models that want a number. */
const budgets = { low: 2_048, medium: 8_192, high: 16_384 } as const;

/** Makes the function that writes requests; what was written for a message is kept as long as the message. */
export function createWriter() {
  const written = new WeakMap<Message, readonly Part[]>();
  return (request: ModelRequest, model: string): GenerateRequest => {
    const names = namesIn(request.messages);
    const write = (message: Message): readonly Part[] => {
      const parts = written.get(message) ?? message.parts.flatMap((part) => partsOf(part, names));
      // The kernel freezes what it passes on; what is not frozen could still change.
      if (Object.isFrozen(message)) written.set(message, parts);
      return parts;
    };
    const system: Part[] = [];
    const contents: (Content & { parts: Part[] })[] = [];
    for (const message of request.messages) {
      const parts = write(message);
      const role = message.role === 'assistant' ? 'model' : 'user';
      const last = contents.at(-1);
      if (message.role === 'system') system.push(...parts);
      else if (last?.role === role) last.parts.push(...parts);
      else if (parts.length > 0) contents.push({ role, parts: [...parts] });
    }
    return {
      model,
      contents: isLevelled(model) ? contents.map(signed) : contents,
      config: { ...configOf(request, model), ...(system.length > 0 && { systemInstruction: { parts: system } }) },
    };
  };
}

function configOf(request: ModelRequest, model: string): GenerateContentConfig {
  const { tools, toolChoice, output, reasoning } = request;
  const given = <K extends string, V>(name: K, value: V | undefined) =>
    value === undefined ? {} : ({ [name]: value } as Record<K, V>);
  const mode = typeof toolChoice === 'object' ? 'ANY' : toolChoice && modes[toolChoice];
  const calling = {
    mode: mode as FunctionCallingConfigMode,
    ...(typeof toolChoice === 'object' && { allowedFunctionNames: [toolChoice.name] }),
  };
  return {
    ...(tools && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, input }) => ({
            name,
            description,
            parametersJsonSchema: input,
          })),
        },
      ],
      ...(mode && { toolConfig: { functionCallingConfig: calling } }),
    }),
    ...(output && { responseMimeType: 'application/json', responseJsonSchema: output.schema }),
    ...given('maxOutputTokens', request.maxTokens),
    ...given('temperature', request.temperature),
    ...given('topP', request.topP),
    ...given('topK', request.topK),
    ...given('stopSequences', request.stop && [...request.stop]),
    ...given('seed', request.seed),
    ...given('presencePenalty', request.presencePenalty),
    ...given('frequencyPenalty', request.frequencyPenalty),
    ...(reasoning && { thinkingConfig: { includeThoughts: true, ...thinkingOf(reasoning, model) } }),
  };
}

function thinkingOf({ effort, budgetTokens }: NonNullable<ModelRequest['reasoning']>, model: string) {
  if (!isLevelled(model)) return { thinkingBudget: budgetTokens ?? budgets[effort ?? 'medium'] };
  // Source: Google, "Gemini 3": a number of tokens is still taken, but not together with a level.
  if (effort === undefined) return budgetTokens === undefined ? {} : { thinkingBudget: budgetTokens };
  return { thinkingLevel: effort.toUpperCase() as ThinkingLevel };
}

/** Results are found by the name of what was called. */
const namesIn = (messages: readonly Message[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap(({ parts }) =>
      parts.flatMap((part): [string, string][] => (part.type === 'tool_call' ? [[part.id, part.name]] : [])),
    ),
  );

/** The first call of an answer must be signed; one of another model never was. */
function signed(content: Content): Content {
  const first = content.parts?.findIndex(({ functionCall }) => functionCall) ?? -1;
  if (first < 0 || content.parts?.[first]?.thoughtSignature) return content;
  const parts = content.parts?.map((part, index) => (index === first ? { ...part, thoughtSignature: unsigned } : part));
  return { ...content, ...(parts && { parts }) };
}

function partsOf(part: OwnPart, names: ReadonlyMap<string, string>): Part[] {
  switch (part.type) {
    case 'text':
      return part.text ? [{ text: part.text }] : [];
    case 'image':
      return [{ inlineData: { mimeType: part.mediaType, data: part.data } }];
    case 'reasoning': {
      const kept = keptOf(part.vendor);
      return kept.thoughtSignature ? [{ text: kept.thought ? part.text : '', ...kept }] : [];
    }
    case 'tool_call': {
      const { thoughtSignature } = keptOf(part.vendor);
      const functionCall = { ...ownId(part.id), name: part.name, args: objectOf(part.input) };
      return [{ functionCall, ...(thoughtSignature && { thoughtSignature }) }];
    }
    case 'tool_result': {
      const { id, output, error } = part;
      const response = error ? { error: error.message } : { output: textOf(output) };
      const images = output.filter(({ type }) => type === 'image').flatMap((one) => partsOf(one, names));
      return [{ functionResponse: { ...ownId(id), name: names.get(id) ?? id, response } }, ...images];
    }
  }
}

/** Arguments that were no object go back as what they were, in one. */
const objectOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? (input as Record<string, unknown>)
    : { arguments: input };
