import { type Command, CommanderError } from 'commander';
import { guardProcess } from './guard.js';
import { composingCommands } from './table/composing.js';
import { configCommands } from './table/config.js';
import { healthCommands } from './table/health.js';
import { lookingCommands } from './table/looking.js';
import { permissionCommands } from './table/permissions.js';
import { runningCommands } from './table/running.js';
import { storageCommands } from './table/storage.js';
import { createTable } from './table/table.js';

const groups = [
  runningCommands,
  composingCommands,
  lookingCommands,
  permissionCommands,
  storageCommands,
  healthCommands,
  configCommands,
];

/** All commands of `rustic`, in the order of its help. */
export function createProgram(version: string, done: (code: number) => void): Command {
  const table = createTable({ name: 'rustic', description: 'Runs AI agents made of npm plugins.', version }, done);
  for (const addTo of groups) addTo(table);
  return table.program;
}

/** Runs one command line. Returns its exit code; writes errors to standard error. */
export async function main(args: readonly string[], version: string): Promise<number> {
  guardProcess(args);
  let code = 0;
  const program = createProgram(version, (result) => (code = result));
  try {
    // What shells ask with every Tab: no command, so that no help shows it.
    if (args[0] === '__complete')
      return await (await import('./completion/complete.js')).complete(program, args.slice(1));
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Help and version need none of this.
    const { report } = await import('./report.js');
    return report(error, args);
  }
}
