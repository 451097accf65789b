import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { formatOf } from './formats.js';

/** What is wrong at a place of a text. Unit: `offset` in characters from the start. */
export type Refuse = (offset: number, reason: string, hint: string) => Error;

/**
 * Reads a text into the tree that compositions are made from; what stands where is in its offsets.
 *
 * Shape: undefined when nothing is written there.
 * Throws: what `refuse` makes, at the place where the text is not of its format.
 */
export type Grammar = (text: string, refuse: Refuse) => Node | undefined;

export const correct = 'Correct the syntax at that place.';

/** JSON with comments and commas at the end. */
export const json: Grammar = (text, refuse) => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) throw refuse(error.offset, `it is not JSON (${printParseErrorCode(error.error)})`, correct);
  return root;
};

/** What a file is read with. Nothing is imported for JSON. */
export async function grammarOf(file: string): Promise<Grammar> {
  const format = formatOf(file);
  if (format === 'toml') return (await import('./toml.js')).toml;
  if (format === 'yaml') return (await import('./yaml.js')).yaml;
  return json;
}
