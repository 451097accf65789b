import type { Command } from 'commander';
import { authCommands } from './table/auth.js';
import { changeCommands } from './table/changing.js';
import { composingCommands, initCommand } from './table/composing.js';
import { completionCommand, configCommands } from './table/config.js';
import { healthCommands } from './table/health.js';
import { lookingCommands } from './table/looking.js';
import { permissionCommands } from './table/permissions.js';
import { pluginCommands } from './table/plugin.js';
import { runCommand, sessionCommands } from './table/running.js';
import { storageCommands } from './table/storage.js';
import { createTable, isRun, runTable } from './table/table.js';

declare const __VERSION__: string;

const groups = [
  runCommand,
  sessionCommands,
  initCommand,
  changeCommands,
  composingCommands,
  lookingCommands,
  permissionCommands,
  authCommands,
  storageCommands,
  healthCommands,
  pluginCommands,
  configCommands,
  completionCommand,
];

/** All commands of `rustic`, in the order of its help; where it is known that an agent is to run, only that one. */
export function createProgram(version: string, done: (code: number) => void, args: readonly string[] = []): Command {
  const table = createTable({ name: 'rustic', description: 'Runs AI agents made of npm plugins.', version }, done);
  for (const addTo of isRun(args) ? [runCommand] : groups) addTo(table);
  return table.program;
}

/** Runs one command line of `rustic`. Returns its exit code; writes errors to standard error. */
export const start = (args: readonly string[]): Promise<number> =>
  runTable((done) => createProgram(__VERSION__, done, args), args);
