import type { Table } from './table.js';

/** Commands that look after what is kept. */
export function storageCommands({ program, add, action }: Table): void {
  const storage = program
    .command('storage')
    .description('look after what is kept: check it, back it up, move it')
    .helpCommand(false);
  add(storage, 'check', 'look for damage')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).check));
  add(storage, 'backup', 'copy the database to a file, while others use it')
    .argument('<file>', 'a file that is not there yet')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).backup));
  add(storage, 'restore', 'put a backup of records into an empty database')
    .argument('<file>', 'what "storage backup" wrote for PostgreSQL or memory')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).restore));
  add(storage, 'vacuum', 'give room that nothing needs any more back to the disk')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).vacuum));
  add(storage, 'migrate', 'bring the schema up to date')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).migrate));
  add(storage, 'copy', 'copy everything into another, empty database, and compare')
    .requiredOption('--from <plugin>', 'the storage plugin it is in')
    .requiredOption('--to <plugin>', 'the storage plugin it shall be in')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/storage.js')).copy));
}
