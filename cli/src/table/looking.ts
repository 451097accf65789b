import type { Table } from './table.js';

/** Commands that say what the composition has. */
export function lookingCommands({ program, add, action }: Table): void {
  add(program, 'list', 'list the plugins of the composition, what they provide and may touch')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/list.js')).list));
  add(program, 'models', 'list the models of the composition, and what is known of them')
    .option('--refresh', 'ask vendors again what they offer')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/models.js')).models));
  const tools = program.command('tools').description('look at the tools, and at how they are used').helpCommand(false);
  add(tools, 'list', 'list the tools of the composition')
    .option('--basket <name>', 'of this basket, and those within it, such as dev/files')
    .option('--check', 'also look whether they can work')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/tools.js')).list));
  add(tools, 'stats', 'say how often each tool was called, how that ended and how long it took')
    .option('--clear', 'forget all of it')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/tools.js')).stats));
}
