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

/**
 * The query in the language of FTS5: every word quoted, so that nothing in it is syntax; `fs-read` is the words next to
 * each other. Undefined when it has no word.
 */
export function matchOf(query: string): string | undefined {
  const words = query.split(/[\s\0]+/).filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word));
  return words.length > 0 ? words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ') : undefined;
}

/** Up to 160 characters around the first word of the query. */
export function snippetOf(text: string, query: string): string {
  const [word = ''] = query.toLowerCase().match(/[\p{L}\p{N}\p{M}\p{Co}]+/u) ?? [];
  const start = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  const end = start + 160;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}
