import { type Message, textOf } from '@rustic-ai/kernel/contracts';

const maxCharacters = 60;

/** A title: the first line of the message that has text, at most 60 characters, nothing a terminal would obey. */
export function titleOf(message: Message): string | undefined {
  const line = textOf(message.parts)
    .split(/[\r\n]+/)
    .map((text) => text.replace(/[\s\p{C}]+/gu, ' ').trim())
    .find((text) => text !== '');
  if (line === undefined) return undefined;
  const characters = [...line];
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : line;
}
