import type { Table } from './table.js';

/** Commands that check. */
export function healthCommands({ program, add, action }: Table): void {
  add(program, 'prove', 'say what this composition may do, and whether all of it verifies')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/prove.js')).prove));
  add(program, 'doctor', 'check the composition and start each plugin once')
    .option('--online', 'also ask a model of each provider, and stop when it begins to answer')
    .option('--fix', 'first mend what can be: modes of folders, packages that are not installed')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/doctor.js')).doctor));
  add(program, 'explain', 'say what an error code means')
    .argument('<code>', 'for example RUSTIC_LOCK_STALE')
    .action(action(async () => (await import('../commands/explain.js')).explain));
}
