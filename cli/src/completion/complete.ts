import type { Argument, Command, Option } from 'commander';
import type { Found, Sought } from './values.js';

/** `:files` and `:folders` are the shell's to complete. */
type Kind = Sought | ':files' | ':folders';

/** What stands on a command line before the word that is completed. */
interface Before {
  readonly command: Command;
  /** Arguments of the command so far, without its name. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** After `--` nothing is an option. */
  readonly plain: boolean;
  /** The values of options, by attribute name: where to look for what can be completed. */
  readonly options: Readonly<Record<string, string>>;
}

const takesValue = (option: Option | undefined) => option !== undefined && (option.required || option.optional);

function read(program: Command, words: readonly string[]): Before {
  let command = program;
  let given = 0;
  let pending: Option | undefined;
  let plain = false;
  const options: Record<string, string> = {};
  for (const word of words) {
    if (pending) {
      options[pending.attributeName()] = word;
      pending = undefined;
    } else if (plain || !word.startsWith('-') || word === '-') {
      const below =
        given === 0 ? command.commands.find((one) => [one.name(), ...one.aliases()].includes(word)) : undefined;
      if (below) command = below;
      else given += 1;
    } else if (word === '--') plain = true;
    else {
      const [flag, value] = word.split(/=(.*)/s, 2);
      const option = command.options.find(({ long, short }) => flag === long || flag === short);
      if (!option || !takesValue(option)) continue;
      if (value === undefined) pending = option;
      else options[option.attributeName()] = value;
    }
  }
  return { command, given, pending, plain, options };
}

/** What the value of an option is, by its name, else by what its help calls the value. */
const byOption: Readonly<Record<string, Kind>> = {
  '--model': 'models',
  '--agent': 'agents',
  '--resume': 'sessions',
  '--session': 'sessions',
  '--plugin': 'plugins',
  '--basket': 'baskets',
};
const byName: Readonly<Record<string, Kind>> = {
  plugin: 'plugins',
  hook: 'hooks',
  code: 'codes',
  key: 'keys',
  file: ':files',
  dir: ':folders',
  folder: ':folders',
};
const placeholder = ({ flags }: Option) => /[<[]([\w-]+)/.exec(flags)?.[1] ?? '';
const optionKind = (option: Option) => byOption[option.long ?? ''] ?? byName[placeholder(option)];
/** What is judged is of the kind of what would be done with it. */
const byAction: Readonly<Record<string, Kind>> = { tool: 'tools', model: 'models', agent: 'agents' };
function argumentKind({ command, options }: Before, argument: Argument | undefined): Kind | undefined {
  const name = argument?.name() ?? '';
  if (name === 'resource') return byAction[options['action'] ?? ''];
  return name === 'id' && command.parent?.name() === 'session' ? 'sessions' : byName[name];
}

/** Only characters that no shell reads as anything but themselves: what a foreign folder is about is not trusted. */
const isPlain = (value: string) => /^[\w@-][\w@%+=:,./-]*$/.test(value);
const oneLine = (text: string) => text.replace(/[\p{C}\s]+/gu, ' ').trim();

/**
 * Prints what the last word can become, a line for each: the value, and where that is known a tab and what it is. A lone `:files` or `:folders`
 * leaves it to the shell. Imports no plugin, and asks nobody: what can't be found out is not offered.
 *
 * Shape: `words` are those of a command line without its first; the last is the one that is completed, it may be empty.
 */
export async function complete(program: Command, words: readonly string[]): Promise<number> {
  const current = words.at(-1) ?? '';
  const before = read(program, words.slice(0, -1));
  const { command, given, pending, plain, options } = before;
  const valuesOf = async (
    kind: Kind | undefined,
    choices: readonly string[] | undefined,
  ): Promise<readonly Found[]> => {
    if (choices) return choices.map((value) => [value]);
    if (!kind) return [];
    if (kind === ':files' || kind === ':folders') return [[kind]];
    const { valuesIn } = await import('./values.js');
    return valuesIn(kind, options).catch(() => []);
  };
  const ofOption = (option: Option) => valuesOf(optionKind(option), option.argChoices);

  const [, flag] = plain ? [] : (/^(--[\w-]+=)/.exec(current) ?? []);
  const assigned = flag && command.options.find(({ long }) => `${long}=` === flag);
  let found: readonly Found[];
  if (pending) found = await ofOption(pending);
  else if (assigned)
    found = (await ofOption(assigned)).map(([value, ...rest]) => [
      value.startsWith(':') ? value : flag + value,
      ...rest,
    ]);
  else if (!plain && current.startsWith('-'))
    found = command
      .createHelp()
      .visibleOptions(command)
      .map(({ long, short, description }) => [long ?? short ?? '', description]);
  else if (command.commands.length > 0)
    found = command
      .createHelp()
      .visibleCommands(command)
      .map((one) => [one.name(), one.description()]);
  else {
    const argument =
      command.registeredArguments[given] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
    found = await valuesOf(argumentKind(before, argument), argument?.argChoices);
  }
  for (const [value, description = ''] of found)
    if (value.startsWith(':') || (isPlain(value) && value.startsWith(current)))
      process.stdout.write(description ? `${value}\t${oneLine(description)}\n` : `${value}\n`);
  return 0;
}
