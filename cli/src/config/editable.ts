import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { lineDiff, treeOf } from '../composing/edit.js';
import { parseComposition, type Reading, refusing, valueOf } from '../composition.js';
import { cliError } from '../errors.js';
import { formatOf } from './formats.js';
import { grammarOf } from './grammar.js';

/**
 * What a file says as JSON, which is what edits are made on: a JSON file as it is, another one without its comments.
 *
 * Throws: `RUSTIC_CONFIG_INVALID`.
 */
export async function editableText(file: string, text: string, as: Reading = 'project'): Promise<string> {
  const name = basename(file);
  const grammar = await grammarOf(file);
  parseComposition(text, name, as, grammar);
  if (formatOf(file) === 'json') return text;
  const root = grammar(text, refusing(text, name));
  return `${JSON.stringify(root && valueOf(root), null, 2)}\n`;
}

/** Throws: `RUSTIC_USAGE` for a file to begin that would not be JSON. */
export function demandJson(file: string): void {
  if (formatOf(file) === 'json') return;
  const reason = `${file} can not be begun here: only JSON is written.`;
  throw cliError('RUSTIC_USAGE', { reason, hint: 'Name a file that ends in .json.' });
}

const valueIn = (json: string): Json => valueOf(treeOf(json)) as Json;

/** The lines of a file that an edit takes, in its own format. Shape: `before` and `after` as JSON. */
export async function editDiff(file: string, before: string, after: string): Promise<readonly string[]> {
  const format = formatOf(file);
  if (format === 'json') return lineDiff(before, after);
  if (format === 'yaml') {
    const { editedYaml } = await import('./edit-yaml.js');
    const text = await readFile(file, 'utf8');
    return lineDiff(...editedYaml(text, valueIn(before), valueIn(after)));
  }
  const { tomlText } = await import('./edit-toml.js');
  return lineDiff(tomlText(valueIn(before)), tomlText(valueIn(after)));
}

/**
 * Lets an edit of a JSON file pass; for another one a person has to make it.
 *
 * Throws: `RUSTIC_CONFIG_BY_HAND` with the diff, and `next` as the command to run once it is applied.
 */
export async function demandEditable(file: string, before: string, after: string, next: string): Promise<void> {
  if (formatOf(file) === 'json' || before === after) return;
  const diff = (await editDiff(file, before, after)).map((line) => `  ${visibleLine(line)}`).join('\n');
  throw cliError('RUSTIC_CONFIG_BY_HAND', { file, diff, next });
}
