import type { Node } from 'jsonc-parser';

/** What is wrong at a place of a text. Unit: `offset` in characters from the start. */
export type Refuse = (offset: number, reason: string, hint: string) => Error;

/**
 * Reads a text into the tree that compositions are made from; what stands where is in its offsets.
 *
 * Shape: undefined when nothing is written there.
 * Throws: what `refuse` makes, at the place where the text is not of its format.
 */
export type Grammar = (text: string, refuse: Refuse) => Node | undefined;

/** The hint at a place where a text is not of its format. */
export const correct = 'Correct the syntax at that place.';
