import { parseLockFile } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { factsOf } from '../composing/facts.js';
import { openPlace, type PlaceOptions } from '../project.js';

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** Prints what a plugin is, provides, may touch and can be told. */
export async function info(word: string, options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const lock = await parseLockFile(place.lockFile).catch(() => undefined);
  const { locked, found, bundled } = await factsOf(lock, word, place.from);
  // What is installed may be later than the lock, but only the lock has the names that a composition gives.
  const manifest = locked?.rename ? locked.manifest : (found?.manifest ?? locked?.manifest);
  if (!manifest) return 1;
  const permissions = locked?.permissions ?? manifest.permissions ?? [];
  const data = {
    id: manifest.id,
    package: locked?.package ?? found?.package,
    version: found?.version ?? locked?.version,
    composed: locked !== undefined,
    ...(found && { folder: found.root }),
    manifest,
    options: locked?.options ?? {},
    permissions,
    bundled,
  };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(data)}\n`);
    return 0;
  }
  const { properties = {}, required = [] } = (manifest.config ?? {}) as {
    properties?: Record<string, Property>;
    required?: readonly string[];
  };
  const provides = Object.entries(manifest.contributes ?? {}).flatMap(([part, members]) =>
    Object.entries((members ?? {}) as Record<string, { summary?: string }>).map(
      ([name, { summary }]) => `provides ${part} ${name}${summary ? `: ${summary}` : ''}`,
    ),
  );
  const requires = Object.values(manifest.requires ?? {}).flatMap((one) =>
    Object.entries(one).map(([form, capability]) => `requires ${form} ${String(capability)}`),
  );
  const settings = Object.entries(properties).map(([name, one]) => {
    const set = locked && Object.hasOwn(locked.options, name) ? JSON.stringify(locked.options[name]) : undefined;
    const preset = one.default === undefined ? undefined : `default ${JSON.stringify(one.default)}`;
    const value = set ?? preset ?? (required.includes(name) ? 'required' : 'not set');
    return `option ${name} (${value}): ${one.description ?? ''}`;
  });
  const lines = [
    `${data.id}@${data.version} of ${data.package}${locked ? '' : ', not in the composition'}`,
    ...provides,
    ...requires,
    ...permissions.map(({ action, match, reason }) => `may ${action} ${textOf(match)} (${reason})`),
    ...settings,
    ...bundled.map((line) => `holds ${line}`),
  ];
  process.stdout.write(`${lines.map(visibleLine).join('\n  ')}\n`);
  return 0;
}
const textOf = (match: unknown) => (typeof match === 'string' ? match : JSON.stringify(match));
