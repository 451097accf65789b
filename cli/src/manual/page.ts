import { exitCodes } from '@rustic-ai/kernel/contracts';
import type { Command } from 'commander';
import { examples, wordsOf } from '../examples.js';
import { calledBy } from '../shared-options.js';
import { meanings } from './exit-codes.js';

export { meanings };

/** What troff would read as something else. */
const escapes: Readonly<Record<string, string>> = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  '`': String.raw`\(ga`,
  '"': String.raw`\(dq`,
};
const plain = (text: string) =>
  text.replaceAll(/[\\'^~`"-]/g, (one) => escapes[one] ?? one).replaceAll(/^\./gm, String.raw`\&.`);
const sentence = (text: string) => plain(`${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`);
const bold = (text: string) => String.raw`\fB${plain(text)}\fR`;
const entry = ([term, text]: readonly [string, string]) => [
  '.TP',
  bold(term),
  text === '' ? String.raw`\&` : sentence(text),
];
const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [`.SH ${title}`, ...lines] : []);

/** The name of a command's page: `rustic-session-list`. */
export const pageName = (command: Command): string => [nameOf(command), ...wordsOf(command)].join('-');
const nameOf = (command: Command): string => (command.parent ? nameOf(command.parent) : command.name());

/** All commands of a table that help shows, each before those below it. */
export const commandsOf = (command: Command): readonly Command[] => [
  command,
  ...command.createHelp().visibleCommands(command).flatMap(commandsOf),
];

/** A row of the command table as troff, with the macros of man(7). */
export function manualPage(command: Command, version: string): string {
  const help = command.createHelp();
  const program = nameOf(command);
  const words = [program, ...wordsOf(command)].join(' ');
  const below = help.visibleCommands(command);
  const name = plain(pageName(command));
  const related = [...(command.parent ? [command.parent] : []), ...below].map((one) => plain(pageName(one)));
  const codes = command.parent
    ? []
    : Object.entries(exitCodes).map(([what, code]) => [String(code), meanings[what] ?? ''] as const);
  return [
    `.TH "${name.toUpperCase()}" "1" "" "${program === 'rustic' ? 'rustic\\-ai' : plain(program)} ${plain(version)}" "${program === 'rustic' ? 'Rustic\\-AI' : plain(program)}"`,
    ...section('NAME', [`${name} \\- ${plain(command.description().replace(/\.$/, ''))}`]),
    ...section('SYNOPSIS', [`${bold(words)}${plain(help.commandUsage(command).slice(words.length))}`]),
    ...section('DESCRIPTION', [sentence(command.description())]),
    ...section(
      'ARGUMENTS',
      help.visibleArguments(command).flatMap((one) => entry([help.argumentTerm(one), help.argumentDescription(one)])),
    ),
    ...section(
      'OPTIONS',
      help.visibleOptions(command).flatMap((one) => entry([help.optionTerm(one), help.optionDescription(one)])),
    ),
    ...section(
      'COMMANDS',
      below.flatMap((one) => entry([help.subcommandTerm(one), help.subcommandDescription(one)])),
    ),
    ...section('EXAMPLES', [
      '.nf',
      ...(examples[wordsOf(command).join(' ')] ?? []).map((line) => plain(calledBy(program, line))),
      '.fi',
    ]),
    ...section('EXIT STATUS', codes.flatMap(entry)),
    ...section(
      'SEE ALSO',
      related.map((one, index) => `.BR ${one} (1)${index < related.length - 1 ? ',' : ''}`),
    ),
    '',
  ].join('\n');
}
