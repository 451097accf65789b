import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { relative, resolve } from 'node:path';
import { createPluginError } from './errors.js';
import { managers } from './kinds.js';
import { parseName } from './name.js';
import { help, type Options, parseOptions } from './options.js';
import { ask, type Asked } from './questions.js';
import { checkFolder, fillTemplate, writeFiles } from './template.js';
import { rememberFolder } from './undo.js';

const quote = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/**
 * Creates a plugin as the arguments say and returns what to print.
 *
 * Throws: the codes of `errors.ts`; nothing that it wrote is left then.
 */
export async function create(args: readonly string[]): Promise<string> {
  const options = parseOptions(args, process.env['npm_config_user_agent']);
  if (options.help) return help;
  const { dir, pm, dryRun, json } = options;
  const { kind, name } = await complete(options);
  const names = parseName(name, {
    ...(kind && { kind }),
    ...(options.scope !== undefined && { scope: options.scope }),
  });
  const folder = resolve(dir ?? names.package.replace(/^@[^/]+\//, ''));
  await checkFolder(folder);
  const files = await fillTemplate(names);
  const { install, test } = managers[pm];
  if (!dryRun) {
    const undo = await rememberFolder(folder);
    try {
      await writeFiles(folder, files);
      if (options.install) await run(install, folder);
    } catch (error) {
      await undo();
      throw error;
    }
    if (options.git) makeRepository(folder);
  }
  const paths = files.map(({ path }) => path);
  const near = relative('', folder) || '.';
  const next = [`cd ${quote(near.startsWith('..') ? folder : near)}`, install.join(' '), test];
  if (json) return `${JSON.stringify({ ...names, folder, dryRun, files: paths, next }, null, 2)}\n`;
  const head = dryRun ? `Would create ${names.package} in ${folder}:` : `Created ${names.package} in ${folder}:`;
  return [head, ...paths.map((path) => `  ${path}`), '', 'Next:', ...next.map((line) => `  ${line}`), ''].join('\n');
}

/** What was not given is asked for where somebody can answer. Throws: `RUSTIC_USAGE_CREATE`. */
async function complete({ kind, name, yes, json }: Options): Promise<Asked> {
  if (name !== undefined) return { kind, name };
  if (!process.stdin.isTTY || yes || json)
    throw createPluginError('RUSTIC_USAGE_CREATE', { reason: 'A name is missing.' });
  return ask(kind);
}

/** A folder in a repository already stays part of it. Where there is no git, there is no repository. */
function makeRepository(folder: string): void {
  const git = (...words: string[]) => spawnSync('git', words, { cwd: folder, stdio: 'ignore' }).status === 0;
  if (!git('rev-parse', '--is-inside-work-tree')) git('init', '--quiet', '--initial-branch=main');
}

/**
 * Runs a package manager. What it prints goes to standard error: the plugin is told of on standard output.
 *
 * Throws: `RUSTIC_CONFIG_INSTALL`, also when somebody ends it: it is waited for, so that nothing writes on.
 */
async function run([program, ...words]: readonly [string, ...string[]], folder: string): Promise<void> {
  const child = spawn(program, [...words, '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 2, 2] });
  const end = (signal: NodeJS.Signals) => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, end);
  const reason = await once(child, 'close')
    .then(([status, signal]) => (status === 0 ? undefined : `it ended with ${signal ?? status}`))
    .catch((error: Error) => error.message);
  for (const signal of signals) process.off(signal, end);
  if (reason === undefined) return;
  throw createPluginError('RUSTIC_CONFIG_INSTALL', { command: [program, ...words].join(' '), reason });
}
