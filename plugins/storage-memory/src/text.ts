import type { Json } from '@rustic-ai/kernel/contracts';

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const names = new Set(['type', 'role', 'id', 'mediaType', 'vendor']);

/** The searchable text of an entry: every string of its body, but no names of things, no signatures and no media. */
export function textOfBody(body: Json): string {
  if (typeof body === 'string') return body;
  if (Array.isArray(body)) return body.map(textOfBody).filter(Boolean).join('\n');
  if (!isObject(body)) return '';
  return Object.entries(body)
    .filter(([key]) => !names.has(key) && !(key === 'data' && 'mediaType' in body))
    .map(([, value]) => textOfBody(value))
    .filter(Boolean)
    .join('\n');
}

/** The words of a text, without case and accents. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];

/** Makes the test that a text contains every word of the query; `fs-read` is the words next to each other. */
export function matcher(query: string): (text: string) => boolean {
  const phrases = query
    .split(/\s+/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  return (text) => {
    const line = ` ${wordsOf(text).join(' ')} `;
    return phrases.length > 0 && phrases.every((words) => line.includes(` ${words.join(' ')} `));
  };
}

/** Up to 160 characters around the first word of the query. */
export function snippetOf(text: string, query: string): string {
  const [word = ''] = query.toLowerCase().match(/[\p{L}\p{N}\p{M}\p{Co}]+/u) ?? [];
  const start = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  const end = start + 160;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}
