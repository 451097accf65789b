import type { Json } from '../errors.js';
import type { Usage } from './content.js';
import type { SessionAccount, SessionEntry } from './session.js';

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const names = new Set(['type', 'role', 'id', 'mediaType', 'vendor', 'model']);

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

const fold = (word: string) =>
  word
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
const wordsIn = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** Where words of the query stand in a text: start, and end, which is not part of it. Unit: UTF-16 code units. */
export function highlightsOf(text: string, query: string): readonly (readonly [number, number])[] {
  const wanted = new Set((query.match(wordsIn) ?? []).map(fold));
  return [...text.matchAll(wordsIn)]
    .filter(([word]) => wanted.has(fold(word)))
    .map(({ 0: word, index }) => [index, index + word.length] as const);
}

/** What a model took, if the entry says so: a body with `model` and `usage`, beside whatever else it is. */
export function usageOf(body: Json): { readonly model: string; readonly usage: Usage } | undefined {
  if (!isObject(body)) return undefined;
  const { model, usage } = body;
  const told = typeof model === 'string' && usage !== undefined && isObject(usage) ? (usage as object) : {};
  const counts = 'inputTokens' in told && 'outputTokens' in told ? [told.inputTokens, told.outputTokens] : [];
  return counts.length > 0 && counts.every((count) => typeof count === 'number')
    ? { model: String(model), usage: told as Usage }
    : undefined;
}

/** What an entry is to `SessionStore.accounts`; undefined: nothing. */
export function toldBy({ type, body }: Pick<SessionEntry, 'type' | 'body'>): SessionAccount['told'] | undefined {
  if (type === 'note' && isObject(body) && Object.hasOwn(body, 'forkedFrom')) return 'forked';
  return usageOf(body);
}

/** How many turns entries tell of: prompts, but not what was said to a turn under way (a body with `steering: true`). */
export const turnsIn = (entries: readonly Pick<SessionEntry, 'type' | 'body'>[]): number =>
  entries.filter(({ type, body }) => type === 'message' && isObject(body) && body.role === 'user' && !body.steering)
    .length;

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
