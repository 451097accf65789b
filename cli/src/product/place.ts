import { existsSync } from 'node:fs';
import { overlay, type LayerFile, parseLayer } from '../layers.js';
import type { Place } from '../project.js';
import { createTrust, demandTrust } from '../trust.js';
import { joined, lockOf, type Product, withCode } from './product.js';

/** A folder that a product works in: whatever lies there, the composition is the product's, and what its user added. */
export const productPlace = (folder: string, built: Product, additions?: Place): Place => ({
  built,
  folder,
  file: undefined,
  lockFile: built.folder,
  from: built.folder,
  ...(additions && { additions }),
  composition: async () => ({ plugins: [], bind: {}, rules: [] }),
  lock: async () =>
    additions && existsSync(additions.lockFile) ? joined(built, await additions.lock(), additions.from) : lockOf(built),
  local: async () => undefined,
});

/**
 * What runs: the lock it was built from with the code it holds, what its user added and agreed to, and over it the user's
 * own settings where it takes any.
 *
 * Throws: `RUSTIC_TRUST_REQUIRED`, `RUSTIC_LOCK_*`, `RUSTIC_CONFIG_*`.
 */
export async function readyProduct(
  { lock, additions }: Place,
  built: Product,
  { state, user }: { readonly state: string; user(): Promise<LayerFile | undefined> },
) {
  if (additions && existsSync(additions.lockFile)) {
    const { digest } = await additions.lock();
    demandTrust(additions.from, await createTrust(state).read(additions.from), { lock: digest });
  }
  const layer = built.settings === 'user' ? parseLayer(await user()) : undefined;
  const ready = await overlay(await lock(), { local: layer });
  return { ...ready, lock: withCode(built, ready.lock) };
}
