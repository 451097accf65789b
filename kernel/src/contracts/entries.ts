import type { Json } from '../errors.js';
import type { SessionEntry } from './session.js';

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

/** Up to 160 characters around the first word of the query. */
export function snippetOf(text: string, query: string): string {
  const [word = ''] = query.toLowerCase().match(/[\p{L}\p{N}\p{M}\p{Co}]+/u) ?? [];
  const start = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  const end = start + 160;
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
}

/** Keeps an entry and its ancestors, which all stand before it. */
export function pathTo(leaf: string, entries: readonly SessionEntry[]): SessionEntry[] {
  const path: SessionEntry[] = [];
  let wanted: string | undefined = leaf;
  for (const entry of entries.toReversed())
    if (entry.id === wanted) {
      path.push(entry);
      wanted = entry.parent;
    }
  return path.reverse();
}
