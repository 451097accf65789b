import { basename } from 'node:path';
import { isRusticError, type Json, type Manifest } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { formatOf } from '../config/formats.js';
import { cliError } from '../errors.js';
import { ask, canAsk } from './ask.js';

interface Providing {
  readonly manifest: Manifest;
  readonly options?: { readonly [name: string]: Json };
}

/**
 * A model of a plugin, by name; of a family the first that its options list.
 *
 * Shape: undefined when it provides none, or none that is known before it is asked.
 */
export function firstModel({ manifest, options = {} }: Providing): string | undefined {
  const [name] = Object.keys(manifest.contributes?.['model'] ?? {});
  if (!name?.endsWith('*')) return name;
  const { properties = {} } = (manifest.config ?? {}) as { properties?: Record<string, { default?: Json }> };
  const models = options['models'] ?? properties['models']?.default;
  const first: unknown = Array.isArray(models) ? models[0] : undefined;
  return typeof first === 'string' && first !== '*' ? name.replace('*', first) : undefined;
}

/** What several plugins provide takes a choice: the same error, with the words that make it in a file. */
export function settled(error: unknown, file: string | undefined, plugins: readonly Providing[] = []): unknown {
  if (!isRusticError(error) || error.code !== 'RUSTIC_CAPABILITY_AMBIGUOUS') return error;
  const capability = String(error.details['capability']);
  const known = String(error.details['plugins']);
  const last = known.split(', ').at(-1) ?? known;
  const model = plugins.findLast(({ manifest }) => manifest.contributes?.['model']);
  const to = capability === 'model' && model ? (firstModel(model) ?? last.replace('*', 'NAME')) : last;
  const is = file !== undefined && formatOf(file) === 'toml' ? ' =' : ':';
  const line = `${is === ':' ? '"bind"' : 'bind'}${is} { "${capability}"${is} "${to}" }`;
  const at = file === undefined ? 'the composition' : basename(file);
  return cliError('RUSTIC_BIND_CHOICE', { capability, known, choice: `${capability}=${to}`, file: at, line }, error);
}

/**
 * Asks which of several plugins shall provide what they all could.
 *
 * Shape: `capability=name`, as `--bind` takes it; undefined where nobody can be asked, or it is about something else.
 */
export async function askChoice(error: unknown, signal: AbortSignal): Promise<string | undefined> {
  if (!isRusticError(error) || error.code !== 'RUSTIC_BIND_CHOICE' || !canAsk()) return undefined;
  const { capability, known, choice } = error.details as Readonly<Record<string, string>>;
  const [, proposed = ''] = choice?.split('=', 2) ?? [];
  const question = `Several plugins provide "${capability}": ${known}. Which shall? [${proposed}] `;
  return `${capability}=${(await ask(visibleLine(question), signal)) || proposed}`;
}
