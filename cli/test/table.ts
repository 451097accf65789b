import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './project.js';

const bin = join(root, 'cli/bin/rustic.js');

/** A command as its help shows it. */
export interface Shown {
  /** Without the program's name. */
  readonly words: readonly string[];
  readonly help: string;
  /** Long ones and short ones, with their dashes. */
  readonly flags: readonly string[];
  readonly below: readonly string[];
}

function shown(words: readonly string[]): Shown {
  const { status, stdout } = spawnSync(process.execPath, [bin, ...words, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`rustic ${words.join(' ')} --help ended with ${status}`);
  const partOf = (title: string) => stdout.split(`\n${title}:\n`)[1]?.split('\n\n')[0] ?? '';
  return {
    words,
    help: stdout,
    flags: [...partOf('Options').matchAll(/^ {2}(-.+?)(?: {2}|$)/gm)].flatMap(([, term = '']) =>
      [...term.matchAll(/(?:^|\s)(--?[a-zA-Z][\w-]*)/g)].map(([, flag = '']) => flag),
    ),
    below: [...partOf('Commands').matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name),
  };
}

function all(words: readonly string[]): readonly Shown[] {
  const one = shown(words);
  return [one, ...one.below.flatMap((name) => all([...words, name]))];
}
let table: readonly Shown[] | undefined;
/** Every command that help shows, the program itself first. */
export const commands = (): readonly Shown[] => (table ??= all([]));

const words = (line: string) => [...line.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word);

/** What is wrong with a command line that begins with `rustic`. Undefined: there is such a command with such flags. */
export function wrongWith(line: string): string | undefined {
  const [program, ...given] = words(line);
  if (program !== 'rustic') return 'it does not begin with rustic';
  const named = (count: number) => commands().find((one) => one.words.join(' ') === given.slice(0, count).join(' '));
  const command = named(2)?.words.length === 2 ? named(2) : named(1);
  if (!command || command.words.length === 0) return given[0]?.startsWith('-') ? undefined : 'there is no such command';
  if (command.below.length > 0) return 'its command is missing';
  const unknown = given.find((word) => /^--?[a-z]/i.test(word) && !command.flags.includes(word.split('=')[0] ?? ''));
  return unknown && `it has no ${unknown}`;
}
