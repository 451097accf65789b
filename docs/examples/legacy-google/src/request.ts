import type {
  Content,
  FunctionCallingMode,
  FunctionDeclaration,
  GenerateContentRequest,
  Part as VendorPart,
} from '@google/generative-ai';
import { type Message, type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;

/** The request as the SDK takes it: a pure function, so that a table of cases tests it. */
export function requestOf(request: ModelRequest): GenerateContentRequest {
  const { messages, tools, toolChoice } = request;
  const names = new Map(messages.flatMap(({ parts }) => parts.flatMap(namesIn)));
  const system = messages.filter(({ role }) => role === 'system').flatMap(({ parts }) => parts);
  const mode = typeof toolChoice === 'object' ? 'ANY' : toolChoice && modes[toolChoice];
  return {
    contents: messages.filter(({ role }) => role !== 'system').map((message) => contentOf(message, names)),
    ...(system.length > 0 && { systemInstruction: textOf(system) }),
    ...(tools && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, input }) => ({
            name,
            description,
            parameters: input as unknown as NonNullable<FunctionDeclaration['parameters']>,
          })),
        },
      ],
    }),
    ...(mode && {
      toolConfig: {
        functionCallingConfig: {
          mode: mode as FunctionCallingMode,
          ...(typeof toolChoice === 'object' && { allowedFunctionNames: [toolChoice.name] }),
        },
      },
    }),
    generationConfig: settingsOf(request),
    ...request.vendor,
  };
}

function settingsOf(request: ModelRequest) {
  const { maxTokens, temperature, topP, topK, stop, presencePenalty, frequencyPenalty } = request;
  return {
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(stop && { stopSequences: [...stop] }),
    ...(presencePenalty !== undefined && { presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequencyPenalty }),
  };
}

/** Results are found by the name of what was called. */
const namesIn = (part: Part): [string, string][] => (part.type === 'tool_call' ? [[part.id, part.name]] : []);

const contentOf = ({ role, parts }: Message, names: ReadonlyMap<string, string>): Content => ({
  role: role === 'assistant' ? 'model' : role === 'tool' ? 'function' : 'user',
  parts: parts.flatMap((part) => partOf(part, names)),
});

function partOf(part: Part, names: ReadonlyMap<string, string>): VendorPart[] {
  if (part.type === 'text') return [{ text: part.text }];
  if (part.type === 'image') return [{ inlineData: { mimeType: part.mediaType, data: part.data } }];
  // The signature goes back unchanged; the types do not know it, the SDK passes it on.
  if (part.type === 'tool_call')
    return [{ functionCall: { name: part.name, args: part.input as object }, ...(part.vendor as object | undefined) }];
  if (part.type === 'reasoning') return [];
  const said = part.error?.message ?? textOf(part.output);
  return [{ functionResponse: { name: names.get(part.id) ?? part.id, response: { output: said } } }];
}
