import { Command } from 'commander';
import { examplesText } from '../examples.js';
import { placed } from '../shared-options.js';

type Action = (...args: never[]) => Promise<number>;

/** The one table of commands: help and the manual are made from it, and a command's code is imported when it runs. */
export interface Table {
  readonly program: Command;
  /** A row below `parent`, with the options every command takes. */
  add(parent: Command, usage: string, description: string): Command;
  /** What a row does: imported when it runs. */
  action(load: () => Promise<Action>): (...args: unknown[]) => Promise<void>;
}

/** An empty table. `done` is told the exit code of the command that ran. */
export function createTable(
  of: { readonly name: string; readonly description: string; readonly version: string },
  done: (code: number) => void,
): Table {
  const program = new Command(of.name)
    .description(of.description)
    .version(of.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('afterAll', ({ command }) => examplesText(command));
  return {
    program,
    add: (parent, usage, description) =>
      placed(parent.command(usage).description(description))
        .exitOverride()
        .configureOutput({ outputError: () => {} }),
    // The last argument commander passes is the command itself.
    action:
      (load) =>
      async (...args) => {
        const run = await load();
        done(await run(...(args.slice(0, -1) as never[])));
      },
  };
}
