import { createHash } from 'node:crypto';
import type { Json, ModelRequest } from '@rustic-ai/kernel/contracts';
import { type Change, changeTexts } from './texts.js';

/** Says whether two requests ask for the same: whoever is asked, and however the answer is sent. */
export function digestOf(request: ModelRequest, change: Change): string {
  const { model: _, stream: __, cacheHint: ___, ...asked } = request;
  const text = JSON.stringify(ordered(changeTexts(asked as unknown as Json, change)));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** With the properties of every object in the order of their names. */
function ordered(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(ordered);
  const entries = Object.entries(value as { readonly [name: string]: Json });
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, ordered(one)]),
  );
}
