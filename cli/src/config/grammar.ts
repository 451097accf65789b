import { type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { formatOf } from './formats.js';
import { correct, type Grammar } from './tree.js';

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
