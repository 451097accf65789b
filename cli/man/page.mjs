// A manual page from a row of the command table: troff, with the macros of man(7).
import { exitCodes } from '@rustic-ai/kernel/contracts';
import { examples, wordsOf } from '../src/examples.ts';
import { meanings } from './exit-codes.mjs';

/** What troff would read as something else. */
const escapes = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  '`': String.raw`\(ga`,
  '"': String.raw`\(dq`,
};
const plain = (text) => text.replaceAll(/[\\'^~`"-]/g, (one) => escapes[one]).replaceAll(/^\./gm, String.raw`\&.`);
const sentence = (text) => plain(`${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`);
const bold = (text) => String.raw`\fB${plain(text)}\fR`;
const entry = ([term, text]) => ['.TP', bold(term), text === '' ? String.raw`\&` : sentence(text)];
const section = (title, lines) => (lines.length > 0 ? [`.SH ${title}`, ...lines] : []);

/** The name of a command's page: `rustic-session-list`. */
export const pageName = (command) => ['rustic', ...wordsOf(command)].join('-');

/** All commands of a table that help shows, each before those below it. */
export const commandsOf = (command) => [command, ...command.createHelp().visibleCommands(command).flatMap(commandsOf)];

export function manualPage(command, version) {
  const help = command.createHelp();
  const words = ['rustic', ...wordsOf(command)].join(' ');
  const below = help.visibleCommands(command);
  const name = plain(pageName(command));
  const related = [...(command.parent ? [command.parent] : []), ...below].map((one) => plain(pageName(one)));
  const codes = command.parent ? [] : Object.entries(exitCodes).map(([what, code]) => [String(code), meanings[what]]);
  return [
    `.TH "${name.toUpperCase()}" "1" "" "rustic\\-ai ${plain(version)}" "Rustic\\-AI"`,
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
    ...section('EXAMPLES', ['.nf', ...(examples[wordsOf(command).join(' ')] ?? []).map(plain), '.fi']),
    ...section('EXIT STATUS', codes.flatMap(entry)),
    ...section(
      'SEE ALSO',
      related.map((one, index) => `.BR ${one} (1)${index < related.length - 1 ? ',' : ''}`),
    ),
    '',
  ].join('\n');
}
