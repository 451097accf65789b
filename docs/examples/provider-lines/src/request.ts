import { type Message, type ModelRequest, textOf } from '@rustic-ai/kernel/contracts';

/** The request as the vendor takes it: a pure function, so that a table of cases tests it. */
export function requestOf(request: ModelRequest, model: string) {
  const { messages, tools, maxTokens, temperature, vendor } = request;
  return { model, messages: messages.map(messageOf), tools, maxTokens, temperature, ...vendor };
}

/** Each call goes back with its id, and each result with the id of the call it answers. */
const messageOf = ({ role, parts }: Message) => ({
  role,
  text: textOf(parts),
  calls: parts.flatMap((part) =>
    part.type === 'tool_call' ? [{ id: part.id, name: part.name, input: part.input }] : [],
  ),
  results: parts.flatMap((part) =>
    part.type === 'tool_result' ? [{ id: part.id, text: part.error?.message ?? textOf(part.output) }] : [],
  ),
});
