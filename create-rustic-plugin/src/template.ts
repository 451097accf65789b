import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { createPluginError } from './errors.js';
import type { Names } from './name.js';

/** One file of the new plugin; `path` is relative to its folder, with `/`. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The tables of a page with their columns in line again: other names have other lengths. */
function inLine(file: string, text: string): string {
  if (!file.endsWith('.md')) return text;
  return text.replaceAll(/^(?:\|.*\|\n)+/gm, (table) => {
    const rows = table
      .trimEnd()
      .split('\n')
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(3, ...rows.map((row) => (/^-+$/.test(row[column] ?? '') ? 0 : (row[column]?.length ?? 0)))),
    );
    const padded = (cell: string, width: number) => (/^-+$/.test(cell) ? '-'.repeat(width) : cell.padEnd(width));
    return rows
      .map((row) => `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join(' | ')} |\n`)
      .join('');
  });
}

const templates = join(import.meta.dirname, 'template');

/** The files of the template of a kind with the names filled in, sorted by path. */
export async function fillTemplate(names: Names): Promise<readonly NewFile[]> {
  const { kind, member } = names;
  const folder = join(templates, kind);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // A package is named before an id, which is the end of its name; members stand alone.
  const fill = (text: string) =>
    text
      .replaceAll(`rustic-plugin-${kind}-template`, names.package)
      .replaceAll(`${kind}-template`, names.id)
      .replaceAll('template_', `${member.snake}_`)
      .replaceAll(/\btemplate(?=[-/])/g, member.kebab);
  const read = async (file: string) => ({
    path: fill(file.slice(folder.length + 1))
      .replaceAll(sep, '/')
      .replace(/^_package/, 'package')
      .replace(/^_/, '.'),
    text: inLine(file, fill(await readFile(file, 'utf8'))),
  });
  return Promise.all(paths.toSorted().map(read));
}

/** Throws: `RUSTIC_CONFIG_FOLDER_TAKEN`, unless the folder is missing, or empty but for a `.git`. */
export async function checkFolder(folder: string): Promise<void> {
  let found: string;
  try {
    const names = (await readdir(folder)).filter((name) => name !== '.git');
    if (names.length === 0) return;
    found = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    found = (error as Error).message;
  }
  throw createPluginError('RUSTIC_CONFIG_FOLDER_TAKEN', { folder, found });
}

/** Writes new files only. Throws: `RUSTIC_CONFIG_FOLDER_WRITE`. */
export async function writeFiles(folder: string, files: readonly NewFile[]): Promise<void> {
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
    } catch (error) {
      throw createPluginError('RUSTIC_CONFIG_FOLDER_WRITE', { file, reason: (error as Error).message }, error);
    }
  }
}
