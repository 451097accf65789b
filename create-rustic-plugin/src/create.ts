import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createPluginError } from './errors.js';
import { parseName } from './name.js';
import { help, parseOptions } from './options.js';
import { checkFolder, fillTemplate, writeFiles } from './template.js';

async function askName(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question('Name of the plugin: rustic-plugin-tool-')).trim();
  } finally {
    terminal.close();
  }
}

const quote = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/** Creates a plugin as the arguments say and returns what to print. Throws: the codes of `errors.ts`. */
export async function create(args: readonly string[]): Promise<string> {
  const { dir, name, yes, json, help: asksHelp, 'dry-run': dryRun = false } = parseOptions(args);
  if (asksHelp) return help;
  const ask = process.stdin.isTTY && !yes && !json;
  if (name === undefined && !ask) throw createPluginError('RUSTIC_USAGE_CREATE', { reason: 'A name is missing.' });
  const names = parseName(name ?? (await askName()));
  const folder = resolve(dir ?? names.package);
  await checkFolder(folder);
  const files = await fillTemplate(names);
  if (!dryRun) await writeFiles(folder, files);

  const paths = files.map(({ path }) => path);
  const near = relative('', folder) || '.';
  const next = [`cd ${quote(near.startsWith('..') ? folder : near)}`, 'npm install', 'npm test'];
  if (json) return `${JSON.stringify({ ...names, folder, dryRun, files: paths, next }, null, 2)}\n`;
  const head = dryRun ? `Would create ${names.package} in ${folder}:` : `Created ${names.package} in ${folder}:`;
  return [head, ...paths.map((path) => `  ${path}`), '', 'Next:', ...next.map((line) => `  ${line}`), ''].join('\n');
}
