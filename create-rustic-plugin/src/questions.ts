import { createInterface } from 'node:readline/promises';
import { isKind, type Kind, kinds } from './kinds.js';

export interface Asked {
  readonly kind?: Kind | undefined;
  readonly name: string;
}

/** Asks at the terminal for the kind, unless it is known, and for the name. */
export async function ask(given: Kind | undefined): Promise<Asked> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    let kind = given;
    while (!kind) {
      const answer = (await terminal.question(`Kind of plugin (${kinds.join(', ')}) [tool]: `)).trim() || 'tool';
      kind = isKind(answer) ? answer : undefined;
    }
    return { kind, name: (await terminal.question(`Name of the plugin: rustic-plugin-${kind}-`)).trim() };
  } finally {
    terminal.close();
  }
}
