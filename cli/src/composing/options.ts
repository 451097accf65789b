import type { Json, Manifest } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import { ask, canAsk } from './ask.js';

type Options = { readonly [name: string]: Json };
interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: Json;
}
interface Schema {
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Property };
}

/** A value as it was typed: text where the option is one, else JSON where it is that. */
function valueOf(text: string, property: Property | undefined): Json {
  if (property?.type === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/**
 * The options `--option name=value` gives a plugin. With several plugins each is `plugin.name=value`.
 *
 * Throws: `RUSTIC_USAGE`.
 */
export function optionsGiven(given: readonly string[], manifests: readonly Manifest[]): ReadonlyMap<string, Options> {
  const found = new Map<string, Record<string, Json>>(manifests.map(({ id }) => [id, {}]));
  for (const one of given) {
    const at = one.indexOf('=');
    const usage = (reason: string, hint = 'Write --option name=value; with several plugins, plugin.name=value.') =>
      cliError('RUSTIC_USAGE', { reason, hint });
    if (at < 1) throw usage(`"${one}" sets no option.`);
    const key = one.slice(0, at);
    const owner =
      manifests.find(({ id }) => key.startsWith(`${id}.`)) ?? (manifests.length === 1 ? manifests[0] : undefined);
    if (!owner) throw usage(`"${key}" does not say of which plugin.`);
    const name = key.startsWith(`${owner.id}.`) ? key.slice(owner.id.length + 1) : key;
    const { properties = {} } = (owner.config ?? {}) as Schema;
    if (!Object.hasOwn(properties, name))
      throw usage(`"${name}" is no option of ${owner.id}.`, suggest(name, Object.keys(properties)));
    Object.assign(found.get(owner.id) ?? {}, { [name]: valueOf(one.slice(at + 1), properties[name]) });
  }
  return found;
}

/**
 * Fills in what a plugin can not do without, asking on a terminal.
 *
 * Throws: `RUSTIC_CONFIG_OPTION` where nobody can be asked, or nothing was answered.
 */
export async function withRequired(manifest: Manifest, given: Options, signal: AbortSignal): Promise<Options> {
  const { required = [], properties = {} } = (manifest.config ?? {}) as Schema;
  const options: Record<string, Json> = { ...given };
  for (const name of required) {
    const property = properties[name];
    if (Object.hasOwn(options, name) || property?.default !== undefined) continue;
    const description = visibleLine(property?.description ?? 'it says no more');
    const answer = canAsk() ? await ask(`${manifest.id}: ${name} (${description}): `, signal) : '';
    if (answer === '') throw cliError('RUSTIC_CONFIG_OPTION', { plugin: manifest.id, option: name, description });
    options[name] = valueOf(answer, property);
  }
  return options;
}
