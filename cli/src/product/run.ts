import { authCommands } from '../table/auth.js';
import { completionCommand, configCommands } from '../table/config.js';
import { healthCommands } from '../table/health.js';
import { lookingCommands } from '../table/looking.js';
import { permissionCommands } from '../table/permissions.js';
import { runCommand, sessionCommands } from '../table/running.js';
import { storageCommands } from '../table/storage.js';
import { createTable, isRun, runTable, type Table } from '../table/table.js';
import type { Product } from './product.js';

export { sealOfFile } from './seal.js';

export type Groups = readonly ((table: Table) => void)[];

/** The commands of a product: those of `rustic` that leave the composition as it is. */
export function productTable(
  product: Product,
  done: (code: number) => void,
  args: readonly string[] = [],
  more: Groups = [],
) {
  const table = createTable(product, done, product);
  runCommand(table);
  if (isRun(args)) return table.program;
  sessionCommands(table);
  lookingCommands(table);
  permissionCommands(table);
  storageCommands(table);
  authCommands(table);
  healthCommands(table);
  if (product.settings === 'user') configCommands(table);
  completionCommand(table);
  for (const addTo of more) addTo(table);
  return table.program;
}

/** Runs one command line of a product; without arguments on a terminal, its agent. Returns the exit code. */
export function runProduct(product: Product, given: readonly string[], more: Groups = []): Promise<number> {
  const args = given.length === 0 && process.stdin.isTTY && process.stderr.isTTY ? ['run'] : given;
  return runTable((done) => productTable(product, done, args, more), args);
}
