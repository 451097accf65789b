import type { Json, LockedPlugin } from '@rustic-ai/kernel';
import { configure } from '@rustic-ai/kernel/compose';
import { cliError } from '../errors.js';
import type { Layer } from '../layers.js';
import { suggest } from '../suggest.js';
import { settable } from './keys.js';

/** What a variable that sets something begins with. */
const beginnings = ['RUSTIC_PLUGINS_', 'RUSTIC_BIND_'];
type Environment = Readonly<Record<string, string | undefined>>;

/** `plugins.agent-loop.maxSteps` is set by `RUSTIC_PLUGINS_AGENT_LOOP_MAX_STEPS`. */
export const variableOf = (key: string): string =>
  `RUSTIC_${key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()}`;

/** The variables that mean to set something. */
export const settingVariables = (env: Environment): readonly string[] =>
  Object.keys(env).filter((name) => env[name] !== '' && beginnings.some((beginning) => name.startsWith(beginning)));

/** What can be set by a variable in a composition: the keys, by variable. Two keys with one variable are set by none. */
function keysByVariable(plugins: readonly Pick<LockedPlugin, 'manifest'>[]): ReadonlyMap<string, string> {
  const keys = settable(plugins.map(({ manifest }) => manifest)).map(([key]) => key);
  const named = Map.groupBy(keys, variableOf);
  return new Map([...named].flatMap(([name, [key, ...more]]) => (key && more.length === 0 ? [[name, key]] : [])));
}

/**
 * What the environment sets, as the layer above all others. Undefined: nothing.
 *
 * Throws: `RUSTIC_CONFIG_KEY` for a variable that would set something and names no key; `RUSTIC_CONFIG_VALUE`.
 */
export async function environmentLayer(
  env: Environment,
  plugins: readonly Pick<LockedPlugin, 'package' | 'manifest' | 'options'>[],
): Promise<Layer | undefined> {
  const variables = settingVariables(env);
  if (variables.length === 0) return undefined;
  const known = keysByVariable(plugins);
  const bind: Record<string, string> = {};
  const options = new Map<string, Record<string, Json>>();
  for (const variable of variables) {
    const text = env[variable] ?? '';
    const key = known.get(variable);
    if (key === undefined)
      throw cliError('RUSTIC_CONFIG_KEY', { key: variable, hint: suggest(variable, [...known.keys()]) });
    if (key.startsWith('bind.')) bind[key.slice('bind.'.length)] = text;
    else {
      const plugin = plugins.find(({ manifest }) =>
        key.startsWith(`plugins.${manifest.id}.`),
      ) as (typeof plugins)[number];
      const name = key.slice(`plugins.${plugin.manifest.id}.`.length);
      const given = options.get(plugin.package) ?? {};
      options.set(plugin.package, { ...given, [name]: await valueOf(variable, text, plugin, name) });
    }
  }
  const set = [...options].map(([name, values]) => ({ package: name, options: values }));
  return { file: variables.join(', '), plugins: set, bind, rules: [] };
}

/** JSON or else text, whichever the option takes. */
async function valueOf(
  variable: string,
  text: string,
  { manifest, options }: Pick<LockedPlugin, 'manifest' | 'options'>,
  name: string,
): Promise<Json> {
  const readings: Json[] = [text];
  try {
    readings.unshift(JSON.parse(text) as Json);
  } catch {
    // It is text.
  }
  let refusal: unknown;
  for (const value of readings) {
    const fits = await configure(manifest, { ...options, [name]: value }).then(
      () => true,
      (error: unknown) => ((refusal ??= error), false),
    );
    if (fits) return value;
  }
  const { reason } = (refusal as { readonly details?: { readonly reason?: string } }).details ?? {};
  const hint = 'Give it a value that fits, or unset it.';
  throw cliError('RUSTIC_CONFIG_VALUE', { key: variable, reason: reason ?? 'it does not fit', hint }, refusal);
}
