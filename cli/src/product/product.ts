import { isAbsolute, join, resolve } from 'node:path';
import type { Lock, LockedPlugin, Plugin } from '@rustic-ai/kernel';
import { cliError } from '../errors.js';
import type { Seal } from './seal.js';

/** A program made of one composition: what `rustic build` writes into it. */
export interface Product {
  /** Its command, and the name of its folders. Shape: lower-case letters, digits and dashes. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The lock it was built from, as text. */
  readonly lock: string;
  /** Imports the plugins it holds, by package. What is not here stands beside it as a package. */
  readonly plugins: Readonly<Record<string, () => Promise<unknown>>>;
  /** `user`: options, bindings and rules may be changed in the user's own file. `locked`: they are as built. */
  readonly settings: 'user' | 'locked';
  /** Its users may add plugins of their own, under a lock and with a consent of their own. */
  readonly open: boolean;
  /** Version of the kernel it holds. */
  readonly kernel: string;
  /** The folder it stands in, where packages beside it are found. */
  readonly folder: string;
  /** Absent: what starts it has compared it already. */
  readonly seal?: Seal;
}

/** What its folders are called, and the variable that moves them all: `MY_CLI_HOME`. */
export const appOf = ({ name }: Pick<Product, 'name'>) => ({
  name,
  home: `${name.toUpperCase().replaceAll('-', '_')}_HOME`,
});

/** The lock as it was built; nothing is checked, since nothing else than this program wrote it. */
export const lockOf = ({ lock }: Product): Lock => JSON.parse(lock) as Lock;

/** The lock of a product together with that of what its user added, whose packages are looked up from a folder of theirs. */
export function joined(product: Product, added: Lock, from: string): Lock {
  const own = lockOf(product);
  const placed = (name: string) => (name.startsWith('.') ? resolve(from, name) : join(from, 'node_modules', name));
  const more = added.plugins.map((locked) => ({
    ...locked,
    package: isAbsolute(locked.package) ? locked.package : placed(locked.package),
  }));
  return {
    ...own,
    plugins: [...own.plugins, ...more],
    // What is built in stays as it is: what was added can bind what was left open, and say no rules where settings are locked.
    bind: { ...added.bind, ...own.bind },
    rules: product.settings === 'locked' ? own.rules : [...own.rules, ...added.rules],
    hooks: added.hooks,
  };
}

/** A lock whose plugins bring the code that the product holds. */
export const withCode = (product: Product, lock: Lock): Lock => ({
  ...lock,
  plugins: lock.plugins.map((locked) =>
    Object.hasOwn(product.plugins, locked.package) ? { ...locked, plugin: carried(product, locked) } : locked,
  ),
});

function carried(product: Product, { id, package: name, manifest }: LockedPlugin): Plugin {
  return {
    manifest: async () => ({ default: manifest }),
    async setup(context) {
      const altered = await product.seal?.altered(name);
      if (altered) throw cliError('RUSTIC_PRODUCT_DAMAGED', { file: altered });
      const module = (await product.plugins[name]?.()) as { readonly default?: Partial<Plugin> } | undefined;
      if (!module?.default?.setup) throw cliError('RUSTIC_PRODUCT_PLUGIN', { plugin: id });
      return module.default.setup(context);
    },
  };
}
