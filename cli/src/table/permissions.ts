import { Option } from 'commander';
import { parseCount } from '../amounts.js';
import { actions } from '../shared-options.js';
import type { Table } from './table.js';

/** Commands about what may act, and what acted. */
export function permissionCommands({ program, add, action }: Table): void {
  const permissions = program
    .command('permissions')
    .description('look at what is allowed, and take it back')
    .helpCommand(false);
  add(permissions, 'list', 'list the rules that hold and the answers that are remembered')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/permissions.js')).list));
  add(permissions, 'revoke', 'take remembered answers back')
    .argument('[id...]', 'the ids or their beginnings')
    .option('--all', 'all of them, of every folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/permissions.js')).revoke));
  add(permissions, 'explain', 'say what the rules decide, and why; runs nothing, and asks no remembered answer')
    .argument('<resource>', "a command line such as 'git status', or the resource of another action")
    .addOption(new Option('--action <action>', 'what would be done with it').choices(actions).default('exec'))
    .option('--plugin <id>', 'as asked by this plugin')
    .option('--target <name>', 'on this machine')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/permissions.js')).explain));
  add(permissions, 'test', 'check that rules decide what their "cases" say')
    .argument('[file]', 'rules as in rustic.json, which are judged alone; default: those of the composition')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/permissions.js')).test));
  add(permissions, 'verify', 'recompute the audit log, and name the first entry that was altered')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/permissions.js')).verify));
  add(program, 'hooks', 'list who taps which hook, in the order of the calls')
    .argument('[hook]', 'only this one, for example prompt.build')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/hooks.js')).hooks));
  add(program, 'trace', 'say which plugin changed what in a turn')
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print JSON, with whole digests')
    .action(action(async () => (await import('../commands/trace.js')).trace));
}
