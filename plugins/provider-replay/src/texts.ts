import type { Json, ModelEvent } from '@rustic-ai/kernel/contracts';

export type Change = (text: string) => string;

/** Changes every text inside a JSON value, names of properties included. */
export function changeTexts(value: Json, change: Change): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => changeTexts(item, change));
  const entries = Object.entries(value as { readonly [name: string]: Json });
  return Object.fromEntries(entries.map(([name, inner]) => [change(name), changeTexts(inner, change)]));
}

type Piece = Extract<ModelEvent, { type: 'text' | 'reasoning' | 'tool_call_delta' }>;
const isPiece = (event: ModelEvent): event is Piece =>
  event.type === 'text' || event.type === 'reasoning' || event.type === 'tool_call_delta';
const belongs = (one: Piece, other: ModelEvent): boolean =>
  isPiece(other) && one.type === other.type && ('id' in one ? one.id : '') === ('id' in other ? other.id : '');

/**
 * Changes every text of an answer. What goes over the border of two pieces is changed as well: such pieces become one.
 *
 * Shape: pieces in which nothing changed stay as they are.
 */
export function changeEvents(events: readonly ModelEvent[], change: Change): readonly ModelEvent[] {
  const changed: ModelEvent[] = [];
  for (let at = 0; at < events.length;) {
    const event = events[at] as ModelEvent;
    let end = at + 1;
    if (isPiece(event)) while (end < events.length && belongs(event, events[end] as ModelEvent)) end++;
    const pieces = events.slice(at, end);
    at = end;
    const whole = isPiece(event) ? pieces.map((piece) => ('text' in piece ? piece.text : '')).join('') : undefined;
    if (whole !== undefined && change(whole) !== whole) {
      const { vendor } = pieces.at(-1) as { vendor?: Json };
      changed.push({ ...event, text: change(whole), ...(vendor !== undefined && { vendor }) } as ModelEvent);
    } else if (whole !== undefined) changed.push(...pieces);
    else changed.push(changeTexts(event as unknown as Json, change) as unknown as ModelEvent);
  }
  return changed;
}
