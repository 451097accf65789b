import { Command, CommanderError } from 'commander';
import { examplesText } from '../examples.js';
import { guardProcess } from '../guard.js';
import { formatItem } from '../help-format.js';
import type { Product } from '../product/product.js';
import { calledBy, placed } from '../shared-options.js';

type Action = (...args: never[]) => Promise<number>;

/** The one table of commands: help and the manual are made from it, and a command's code is imported when it runs. */
export interface Table {
  readonly program: Command;
  /** It is a product's: what changes its composition has no place in it. */
  readonly built: boolean;
  /** A row below `parent`, with the options every command takes. */
  add(parent: Command, usage: string, description: string): Command;
  /** What a row does: imported when it runs. */
  action(load: () => Promise<Action>): (...args: unknown[]) => Promise<void>;
}

/** An empty table. `done` is told the exit code of the command that ran; `built` is the product whose table it is. */
export function createTable(
  of: { readonly name: string; readonly description: string; readonly version: string },
  done: (code: number) => void,
  built?: Product,
): Table {
  const program = new Command(of.name)
    .description(of.description)
    .version(of.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureHelp({ formatItem, minWidthToWrap: 20 })
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('afterAll', ({ command }) => calledBy(of.name, examplesText(command)));
  return {
    program,
    built: built !== undefined,
    add: (parent, usage, description) =>
      placed(parent.command(usage).description(description), built === undefined)
        .exitOverride()
        .configureOutput({ outputError: () => {} }),
    // The last argument commander passes is the command itself, and the one before it the options.
    action:
      (load) =>
      async (...args) => {
        const run = await load();
        const options = { ...(args.at(-2) as object), ...(built && { built }) };
        done(await run(...([...args.slice(0, -2), options] as never[])));
      },
  };
}

/** Whether an agent is to run. The table takes longer to make than that command line to read, and nothing else of it is needed. */
export const isRun = ([first]: readonly string[]): boolean => first === 'run' || first === 'chat';

/** Runs one command line. Returns its exit code; writes errors to standard error. */
export async function runTable(
  makeProgram: (done: (code: number) => void) => Command,
  args: readonly string[],
): Promise<number> {
  let code = 0;
  const program = makeProgram((result) => (code = result));
  guardProcess(args, program.name());
  try {
    // What shells ask with every Tab: no command, so that no help shows it.
    if (args[0] === '__complete')
      return await (await import('../completion/complete.js')).complete(program, args.slice(1));
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Help and version need none of this.
    const { report } = await import('../report.js');
    return report(error, args, program.name());
  }
}
