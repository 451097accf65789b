import type { Json } from '../errors.js';
import type { Part } from './content.js';
import type { ModelEvent } from './model-event.js';

/**
 * The parts of the message that an answer is: what goes back to the model in the next request.
 *
 * Shape: deltas of one type are one part; reasoning with `vendor` completes its part.
 */
export function partsOf(events: Iterable<ModelEvent>): readonly Part[] {
  const parts: Part[] = [];
  let open: { type: 'text' | 'reasoning'; text: string } | undefined;
  for (const event of events) {
    if (event.type === 'tool_call') parts.push(event);
    if (event.type !== 'text' && event.type !== 'reasoning') {
      open = undefined;
      continue;
    }
    if (open?.type !== event.type) parts.push((open = { type: event.type, text: '' }));
    open.text += event.text;
    if (event.type === 'text' || event.vendor === undefined) continue;
    Object.assign(open, { vendor: event.vendor });
    open = undefined;
  }
  return parts;
}

/**
 * The input of a tool call from its text. Arguments that are no JSON are passed on as text: the tool's schema refuses them
 * in words the model can read.
 */
export function toolInput(text: string): Json {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
