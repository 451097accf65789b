import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { refusing, valueOf } from '../composition.js';
import { correct } from '../config/tree.js';
import { cliError } from '../errors.js';
import { valueAt } from './edit.js';

/** The `package.json` of a project. */
export interface PackageJson {
  readonly [field: string]: unknown;
}

/** Throws: `RUSTIC_CONFIG_INVALID`, with the place, for one that can not be read; one that is not there is empty. */
export async function packageJsonIn(folder: string, texts: readonly string[] = []): Promise<PackageJson> {
  const name = 'package.json';
  const file = join(folder, name);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '{}';
    const place = { file: name, line: 1, column: 1 };
    const hint = `Make ${file} a file you can read.`;
    throw cliError('RUSTIC_CONFIG_INVALID', { ...place, reason: error.message, hint }, error);
  });
  const refuse = refusing(text, name);
  const errors: ParseError[] = [];
  // What begins with a mark of the byte order is read by package managers as well.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  const [wrong] = errors;
  if (wrong) throw refuse(wrong.offset, `it is not JSON (${printParseErrorCode(wrong.error)})`, correct);
  const demand = (node: Node | undefined, type: Node['type'], what: string, hint: string) => {
    if (node && node.type !== type) throw refuse(node.offset, `${what} is no ${type}`, hint);
  };
  demand(root, 'object', 'it', 'Write { } there, or what npm init makes.');
  for (const field of texts) demand(valueAt(root, field), 'string', `"${field}"`, 'Write it in quotes.');
  return root ? (valueOf(root) as PackageJson) : {};
}
