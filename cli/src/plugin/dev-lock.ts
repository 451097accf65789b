import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock, LockedPlugin, Manifest } from '@rustic-ai/kernel';
import { makeLock } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';

const namesIn = (part: object | undefined) => Object.keys(part ?? {});

/** Whether a plugin of the surroundings would stand in the way of the one that is worked on. */
const inTheWay = (manifest: Manifest) => {
  const services = new Set(namesIn(manifest.contributes?.service));
  return ({ id, manifest: other }: LockedPlugin) =>
    id === manifest.id || namesIn(other.contributes?.service).some((service) => services.has(service));
};
/** The members of an operation by their whole names. */
const membersIn = (manifest: Manifest, operation: 'model' | 'agent') =>
  namesIn(manifest.contributes?.[operation]).filter((name) => !name.includes('*'));

/**
 * A plugin among the plugins this program ships, without those it takes the place of. What it contributes is what a run
 * would use.
 *
 * Throws: what `makeLock` throws.
 */
export async function devLock(root: string, manifest: Manifest, own: string): Promise<Lock> {
  const shipped = JSON.parse(await readFile(join(own, 'builtin.lock'), 'utf8')) as Lock;
  const around = shipped.plugins.filter((plugin) => !inTheWay(manifest)(plugin));
  const bind = Object.fromEntries(
    (['model', 'agent'] as const).flatMap((operation) => {
      const [first] = membersIn(manifest, operation);
      return first === undefined ? [] : [[operation, first]];
    }),
  );
  const composition = { plugins: [{ package: root, options: {} }], bind, rules: [] };
  const beside = { plugins: around, bind: {} };
  const lock = await makeLock({ folder: root, composition, inputs: [], contracts: standard, beside });
  return { ...lock, plugins: [...around, ...lock.plugins] };
}
