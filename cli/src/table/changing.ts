import type { Command } from 'commander';
import { several } from '../shared-options.js';
import type { Table } from './table.js';

/** Commands that put plugins in and take them out. */
export function changeCommands({ program, built, add, action }: Table): void {
  const own = (command: Command) =>
    built
      ? command
      : command.option('-g, --global', 'in your own composition, which counts in every folder without one');
  own(add(program, 'add', 'add plugins: install them, list them and lock them, all or nothing'))
    .argument('<spec...>', 'an official plugin by its short name, a package, name@range, ./folder or file.tgz')
    .option('--option <name=value>', 'set an option of the plugin; can be repeated', several)
    .option('--bind <capability=name>', 'choose who provides what several could; can be repeated', several)
    .option('--rename <operation/name=other>', 'call what it contributes otherwise; can be repeated', several)
    .option('--yes', 'agree to what it adds and asks for')
    .option('--dry-run', 'only show what it would do')
    .option('--no-install', 'use what is installed already')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/add.js')).add));
  own(add(program, 'remove', 'take plugins out: unlist and uninstall them, all or nothing'))
    .argument('<plugin...>', 'their ids or packages')
    .option('--yes', 'agree to what changes for the others')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/remove.js')).remove));
}
