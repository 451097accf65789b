import { changeCommands } from '../table/changing.js';
import type { Product } from './product.js';
import { type Groups, runProduct as run } from './run.js';

export { sealOfFile } from './seal.js';

/** What a product has beside its own commands when its users may add plugins. */
export const openGroups: Groups = [changeCommands];

/** Runs one command line of a product whose users may add plugins. Returns the exit code. */
export const runProduct = (product: Product, args: readonly string[]): Promise<number> =>
  run(product, args, openGroups);
