import type { Node } from 'jsonc-parser';
import type { Refuse } from './tree.js';

/** A single value as JSON has it. Throws: what `refuse` makes for one that JSON has not, such as a date. */
export function scalar(value: unknown, offset: number, refuse: Refuse): Node {
  if (value === null) return { type: 'null', offset, length: 0, value };
  if (typeof value === 'number' && !Number.isFinite(value))
    throw refuse(offset, `${value} is no number that options have`, 'Write a finite number.');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { type: typeof value as 'string' | 'number' | 'boolean', offset, length: 0, value };
  throw refuse(offset, 'it is neither text nor a number', 'Put it in quotes.');
}
