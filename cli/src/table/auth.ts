import type { Table } from './table.js';

/** Commands for secrets. */
export function authCommands({ program, add, action }: Table): void {
  const auth = program.command('auth').description('keep secrets, such as keys of vendors').helpCommand(false);
  add(auth, 'add', 'keep a secret: typed unseen, or piped in; in your keychain where there is one')
    .argument('<name>', 'what to call it; an option takes it as { "$secret": "NAME" }')
    .option('--file', 'keep it in a file that only you can read, also where there is a keychain')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/auth.js')).add));
  add(auth, 'list', 'list which secrets are kept, never their values')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/auth.js')).list));
  add(auth, 'remove', 'forget a secret')
    .argument('<name>', 'what it is called')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/auth.js')).remove));
}
