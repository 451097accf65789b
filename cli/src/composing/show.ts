import { type Json, type Lock, type LockedPlugin } from '@rustic-ai/kernel';
import type { PluginPackage } from '@rustic-ai/kernel/compose';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { describePlugin } from '../describe.js';

/** What somebody has to know before they agree to a plugin. `published`: of what has just been installed. */
export const describeAdded = (plugin: LockedPlugin, published?: ReadonlyMap<string, string | undefined>): string =>
  `${describePlugin(plugin)}${ageOf(plugin, published)}  runs: in this process; the gate stops its mistakes, not its malice\n`;

/** Unit: ms. */
const day = 86_400_000;
function ageOf({ package: name }: LockedPlugin, published: ReadonlyMap<string, string | undefined> | undefined) {
  if (!published?.has(name)) return '';
  const at = published.get(name);
  if (at === undefined) return '  published: the registry does not say when\n';
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(at)) / day));
  const age = days === 0 ? 'less than a day ago' : days === 1 ? 'a day ago' : `${days} days ago`;
  return `  published: ${at.slice(0, 10)}, ${age}\n`;
}

/** The variables that options of a plugin take secrets from. */
function variablesOf(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(variablesOf);
  const { $env } = value as { $env?: Json };
  return typeof $env === 'string' ? [$env] : Object.values(value).flatMap(variablesOf);
}

/** What to type next: a variable that has no value yet, else a run. */
export function nextAfter(lock: Lock, added: readonly PluginPackage[]): string {
  const ids = new Set(added.map(({ manifest }) => manifest.id));
  const unset = lock.plugins
    .filter(({ id }) => ids.has(id))
    .flatMap(({ options, manifest }) => [...variablesOf(options), ...keyNamed(options, manifest)])
    .find((name) => !process.env[name]);
  const steps = [...(unset ? [`export ${visibleLine(unset)}=…`] : []), 'rustic run "what is in this folder?"'];
  return `Next: ${steps.join(' && ')}\n`;
}

/** The variable a provider reads when no key is named: it says so in its schema. */
function keyNamed(options: LockedPlugin['options'], { config }: LockedPlugin['manifest']): readonly string[] {
  const { properties = {} } = (config ?? {}) as { properties?: Record<string, { description?: string }> };
  if (options['apiKey'] !== undefined || options['baseUrl'] !== undefined) return [];
  const [, name] = /the variable ([A-Z][A-Z0-9_]+)/.exec(properties['apiKey']?.description ?? '') ?? [];
  return name ? [name] : [];
}
