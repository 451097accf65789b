import { createKernel, type Lock } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { overlay, parseLayer } from '../layers.js';
import { joined, withCode } from '../product/product.js';
import { hostOf, type Place, userLayer } from '../project.js';
import { settled } from './choice.js';

/**
 * Boots a composition under its layers, starts these plugins once, and asks for the model and the agent a run would use.
 *
 * Throws: what starting them throws, `RUSTIC_BIND_CHOICE`.
 */
export async function loadOnce(place: Place, lock: Lock, plugins: readonly string[]): Promise<void> {
  const { built } = place;
  const host = hostOf(place);
  const user = parseLayer(await userLayer(place, host.folders.config));
  const layered = await overlay(lock, { user, local: parseLayer(await place.local()) });
  const kernel = await createKernel({
    contracts: standard,
    host,
    lock: built ? withCode(built, joined(built, layered.lock, place.from)) : layered.lock,
    from: built?.folder ?? place.from,
    rules: layered.rules,
  });
  try {
    for (const plugin of plugins) await kernel.activate(plugin);
    for (const operation of ['model', 'agent'] as const)
      if (lock.plugins.some(({ manifest }) => manifest.contributes?.[operation])) void kernel.use(operation).default;
  } catch (error) {
    throw settled(error, place.file, lock.plugins);
  } finally {
    await kernel.dispose();
  }
}
