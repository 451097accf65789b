import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorInfo, isRusticError, type Json, type RusticError } from '@rustic-ai/kernel';
import { configure, makeLock } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { withBinding } from '../composing/rustic-json.js';
import { cliError } from '../errors.js';
import { overlay } from '../layers.js';
import type { Place } from '../project.js';
import { replaceFile } from '../replace-file.js';
import { withOptionAt, withoutOptionAt } from './edit.js';
import { optionsIn } from './entries.js';
import type { Setting } from './keys.js';
import { type Scope, type Source, sourceOf, type Sources } from './sources.js';

/** One change of one file. */
export interface Change {
  readonly key: string;
  readonly setting: Exclude<Setting, { readonly kind: 'rules' }>;
  readonly scope: Scope;
  readonly file: string;
  /** Of the file; an empty composition where there is none yet. */
  readonly text: string;
}

/** The sources as they will be, with what is changed before all others: a value is judged also where another counts. */
function changed(sources: Sources, { scope, file }: Change, text: string): Sources {
  const before = sources.layers.find((layer) => layer.scope === scope);
  const others = sources.layers.filter((layer) => layer !== before);
  return { ...sources, layers: [sourceOf(scope, file, text, before?.composes), ...others] };
}
const refused = (key: string, error: RusticError) => {
  const { reason, known } = error.details as { readonly reason?: string; readonly known?: string };
  const hint = known === undefined ? 'Give it a value that fits.' : `Use one of: ${known}`;
  return cliError('RUSTIC_CONFIG_VALUE', { key, reason: reason ?? error.message, hint }, error);
};

/** Throws: `RUSTIC_CONFIG_VALUE` when what is set does not fit; what was wrong before, elsewhere, is no reason. */
async function demandFit(change: Change, sources: Sources, place: Place): Promise<void> {
  const { key, setting } = change;
  try {
    if (setting.kind === 'option') await configure(setting.plugin.manifest, optionsIn(sources, setting.plugin.package));
    else {
      const bind = Object.assign({}, ...sources.layers.toReversed().map((layer) => layer.bind)) as Source['bind'];
      const plugins = sources.plugins.map((one) => ({
        package: one.package,
        options: optionsIn(sources, one.package),
        ...(one.rename && { rename: one.rename }),
      }));
      await makeLock({
        folder: place.from,
        composition: { plugins, bind, rules: [] },
        inputs: [],
        contracts: standard,
      });
    }
  } catch (error) {
    if (!isRusticError(error)) throw error;
    const { capability, path = '' } = error.details as { readonly capability?: string; readonly path?: string };
    const ours = setting.kind === 'option' ? path.split('/')[1] === setting.path[0] : capability === setting.capability;
    if (ours) throw refused(key, error);
  }
}

/** Throws: `RUSTIC_CONFIG_LAYER_PERMISSION` when a layer would let a plugin touch more than the lock does. */
async function demandGranted({ scope }: Change, sources: Sources, place: Place): Promise<void> {
  if (scope === 'project') return;
  const lock = await place.lock().catch(() => undefined);
  const layer = sources.layers.find((one) => one.scope === scope);
  if (!lock || !layer?.file) return;
  const plugins = [...layer.options].map(([name, options]) => ({ package: name, options }));
  await overlay(lock, { [scope]: { plugins, bind: {}, rules: [], file: layer.file } }).catch((error: unknown) => {
    if (errorInfo(error).code === 'RUSTIC_CONFIG_LAYER_PERMISSION') throw error;
  });
}

/**
 * The text with the setting. `raw` is JSON, or else text; where both could be meant, what fits counts.
 *
 * Throws: `RUSTIC_CONFIG_VALUE`, `RUSTIC_CONFIG_LAYER_PERMISSION`.
 */
export async function withValue(change: Change, raw: string, sources: Sources, place: Place) {
  const { setting, text } = change;
  let refusal: unknown;
  for (const value of setting.kind === 'bind' ? [raw] : readings(raw)) {
    const next =
      setting.kind === 'bind'
        ? withBinding(text, setting.capability, raw)
        : withOptionAt(text, setting.plugin.package, setting.path, value);
    const after = changed(sources, change, next);
    try {
      await demandFit(change, after, place);
    } catch (error) {
      refusal ??= error;
      continue;
    }
    await demandGranted(change, after, place);
    return { value, text: next };
  }
  throw refusal;
}
function readings(raw: string): readonly Json[] {
  try {
    return [JSON.parse(raw) as Json, raw];
  } catch {
    return [raw];
  }
}

/** The text without the setting; the same where it is not set. Throws: `RUSTIC_CONFIG_VALUE` when it is needed. */
export async function withoutValue(change: Change, sources: Sources, place: Place): Promise<string> {
  const { setting, text } = change;
  const next =
    setting.kind === 'bind'
      ? withBinding(text, setting.capability, undefined)
      : withoutOptionAt(text, setting.plugin.package, setting.path);
  if (next !== text) await demandFit(change, changed(sources, change, next), place);
  return next;
}

/** Writes a file of settings whole or not at all. What is new is the user's own. Throws: `RUSTIC_CONFIG_WRITE`. */
export async function writeSettings(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, text, 0o600);
  } catch (error) {
    throw cliError('RUSTIC_CONFIG_WRITE', { file, reason: (error as Error).message }, error);
  }
}
