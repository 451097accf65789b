import { type Message, type ModelRequest, textOf } from '@rustic-ai/kernel/contracts';
import type { Scenario, Turn } from './scenario.js';

const isPrompt = (message: Message) =>
  message.role === 'user' && message.parts.some(({ type }) => type !== 'tool_result');

/** What was said since the last user message. */
export const sincePrompt = (messages: readonly Message[]): readonly Message[] =>
  messages.slice(messages.findLastIndex(isPrompt) + 1);

/**
 * The turn that answers a request, from the request alone: of the turns for its last user message, the one with as many
 * before it as there are assistant messages since. `undefined`: the scenario is over.
 */
export function turnFor({ turns }: Scenario, { messages }: ModelRequest): Turn | undefined {
  const prompt = textOf(messages.findLast(isPrompt)?.parts ?? []);
  const played = sincePrompt(messages).filter(({ role }) => role === 'assistant').length;
  return turns.filter(({ when }) => when === undefined || prompt.includes(when))[played];
}

const nameOf = (id: string) => id.replace(/--\d+$/, '');

/** An id for a call that no call of the conversation has yet: `read`, then `read--2`, `read--3`. */
export function freshId(id: string, messages: readonly Message[]): string {
  const used = messages
    .flatMap(({ parts }) => parts)
    .filter((part) => part.type === 'tool_call' && nameOf(part.id) === id).length;
  return used === 0 ? id : `${id}--${used + 1}`;
}

/** The text of the newest result of a call since the last user message; of a failed one without output, its message. */
export function resultOf(id: string, messages: readonly Message[]): string | undefined {
  const result = sincePrompt(messages)
    .flatMap(({ parts }) => parts)
    .findLast((part) => part.type === 'tool_result' && nameOf(part.id) === id);
  if (result?.type !== 'tool_result') return undefined;
  return textOf(result.output) || (result.error?.message ?? '');
}
