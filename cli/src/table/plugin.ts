import type { Table } from './table.js';

/** Commands for those who write plugins. */
export function pluginCommands({ program, add, action }: Table): void {
  const plugin = program.command('plugin').description('work on a plugin of your own').helpCommand(false);
  add(plugin, 'check', 'check everything a plugin promises to those who add it')
    .argument('[dir]', 'its folder; default: this one')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/plugin-check.js')).check));
  add(plugin, 'bundle', 'make a plugin of folders with a SKILL.md, which need no code')
    .argument('[dir]', 'its folder; default: this one')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/plugin-bundle.js')).bundle));
  add(plugin, 'pack', 'pack it, install that where nothing else is, and start it once')
    .argument('[dir]', 'its folder; default: this one')
    .option('--out <dir>', 'leave the tarball in this folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/plugin-pack.js')).pack));
  add(plugin, 'dev', 'run it while you change it: builds and reloads it, and calls what you write')
    .argument('[dir]', 'its folder; default: this one')
    .action(action(async () => (await import('../commands/plugin-dev.js')).dev));
  add(plugin, 'docs', 'write the tables of its README from its manifest')
    .argument('[dir]', 'its folder; default: this one')
    .option('--check', 'only say whether they are up to date')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/plugin-docs.js')).docs));
}
