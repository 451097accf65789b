import { Argument, type Command } from 'commander';
import type { Table } from './table.js';

/** Commands for settings. */
export function configCommands({ program, built, add, action }: Table): void {
  const config = program.command('config').description('look at settings, and change them').helpCommand(false);
  const configuring = (usage: string, description: string) =>
    add(config, usage, description).option('--json', 'print JSON');
  const scoped = (command: Command) =>
    built
      ? command
      : command
          .option('--user', 'in your own file, for every folder')
          .option('--local', 'in rustic.local.json, for this folder on this machine');
  const file = built ? 'your own file' : 'rustic.json';
  configuring('show', 'print every setting that holds')
    .option('--origin', 'also what set it')
    .action(action(async () => (await import('../commands/config.js')).show));
  configuring('get', 'print a setting')
    .argument('<key>', 'plugins.ID.OPTION, bind.CAPABILITY or permissions.rules')
    .action(action(async () => (await import('../commands/config.js')).get));
  scoped(configuring('set', `change a setting, and nothing else of its file; default: in ${file}`))
    .argument('<key>', 'plugins.ID.OPTION or bind.CAPABILITY')
    .argument('<value>', 'JSON, or plain text')
    .action(action(async () => (await import('../commands/config.js')).set));
  scoped(configuring('unset', `take a setting out; default: of ${file}`))
    .argument('<key>', 'plugins.ID.OPTION or bind.CAPABILITY')
    .action(action(async () => (await import('../commands/config.js')).unset));
  configuring('check', 'check all files, and what they mean together').action(
    action(async () => (await import('../commands/config.js')).check),
  );
  if (built) return;
  const placed = (command: Command) =>
    command
      .option('--user', 'your own file, for every folder')
      .option('--local', 'rustic.local.json, for this folder on this machine');
  placed(
    configuring('init', 'write a file of settings with comments that say what can stand in it; default: rustic.json'),
  ).action(action(async () => (await import('../commands/config-file.js')).initFile));
  placed(
    configuring('migrate', 'bring a file of settings to the version this program knows; default: rustic.json'),
  ).action(action(async () => (await import('../commands/config-file.js')).migrate));
  configuring('schema', 'write what editors complete rustic.json from')
    .option('--print', 'print it instead')
    .action(action(async () => (await import('../commands/config.js')).schema));
}

/** What a shell is given. */
export function completionCommand({ program, add, action }: Table): void {
  add(program, 'completion', 'print what makes a shell complete commands, flags and their values')
    .addArgument(new Argument('<shell>', 'yours').choices(['bash', 'zsh', 'fish']))
    .action(action(async () => (await import('../commands/completion.js')).completion));
}
