import { overlay, type LayerFile, parseLayer } from '../layers.js';
import type { Place } from '../project.js';
import { lockOf, type Product, withCode } from './product.js';

/** A folder that a product works in: whatever lies there, the composition is the product's. */
export const productPlace = (folder: string, built: Product): Place => ({
  built,
  folder,
  file: undefined,
  lockFile: built.folder,
  from: built.folder,
  composition: async () => ({ plugins: [], bind: {}, rules: [] }),
  lock: async () => lockOf(built),
  local: async () => undefined,
});

/** What runs: the lock it was built from with the code it holds, and over it the user's own settings where it takes any. */
export async function readyProduct(built: Product, user: () => Promise<LayerFile | undefined>) {
  const layer = built.settings === 'user' ? parseLayer(await user()) : undefined;
  const ready = await overlay(lockOf(built), { local: layer });
  return { ...ready, lock: withCode(built, ready.lock) };
}
