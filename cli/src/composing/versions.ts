import type { Lock } from '@rustic-ai/kernel';
import gt from 'semver/functions/gt.js';
import satisfies from 'semver/functions/satisfies.js';
import { runManager } from './process.js';
import { dependenciesOf } from './specs.js';

/** How many questions a registry is asked at a time. */
const atOnce = 6;

/** A plugin of which the registry has a later version than is installed. */
export interface Outdated {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly latest: string;
  /** Whether `package.json` allows for it. */
  readonly inRange: boolean;
}

/** How long a registry has to say when something was published. Unit: ms. */
const limitMs = 10_000;

/**
 * When a version was published, as the registry tells npm.
 *
 * Shape: ISO 8601; undefined where it does not say, or can't be asked.
 */
export async function publishedAt(
  { name, version }: { readonly name: string; readonly version: string },
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = ['view', '--json', '--loglevel=error', name, 'time'];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const times = JSON.parse(await runManager({ command: 'npm', args, folder, signal: limit })) as unknown;
    const at: unknown = (times as Readonly<Record<string, unknown>>)[version];
    return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : undefined;
  } catch {
    return undefined;
  }
}

/** Whether what `package.json` says of a package is a version or a range of them. */
export const isRange = (text: string | undefined): boolean => /^[\d^~<>=*vx]/.test(text ?? '');

/**
 * Asks the registry, through npm and its settings, for later versions of what `package.json` has from there.
 *
 * Throws: `RUSTIC_INSTALL_FAILED`.
 */
export async function outdatedOf(lock: Lock, folder: string, signal: AbortSignal): Promise<readonly Outdated[]> {
  const ranges = await dependenciesOf(folder);
  const asked = lock.plugins.filter((plugin) => !plugin.linked && isRange(ranges.get(plugin.package)));
  const found: Outdated[] = [];
  for (let at = 0; at < asked.length; at += atOnce) {
    const some = asked.slice(at, at + atOnce).map(async ({ id, package: name, version }) => {
      const args = ['view', '--json', '--loglevel=error', name, 'version'];
      // It says nothing of a package without a latest version.
      const text = (await runManager({ command: 'npm', args, folder, signal })).trim() || '[]';
      const said = JSON.parse(text) as string | readonly string[];
      const latest = typeof said === 'string' ? said : (said.at(-1) ?? version);
      const inRange = satisfies(latest, ranges.get(name) ?? '*');
      return gt(latest, version) ? [{ id, package: name, version, latest, inRange }] : [];
    });
    found.push(...(await Promise.all(some)).flat());
  }
  return found;
}
