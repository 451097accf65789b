import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { makeLock } from '@rustic-ai/kernel/compose';
import { standard, visibleLine } from '@rustic-ai/kernel/contracts';
import { type Change, writeSettings, withoutValue, withValue } from '../config/change.js';
import { demandEditable } from '../config/editable.js';
import { type Entry, entriesOf, filledOptions, valueAt } from '../config/entries.js';
import { parseKey, type Setting } from '../config/keys.js';
import { composedSchema, schemaFile } from '../config/schema.js';
import { fileOf, readSources, type Scope, type Sources } from '../config/sources.js';
import { cliError } from '../errors.js';
import { overlay, parseLayer, readLayer } from '../layers.js';
import { openPlace, own, type Place, type PlaceOptions, userLayer } from '../project.js';

type Options = PlaceOptions & { readonly json?: boolean };
/** Default: the project's file. */
type Scoped = Options & { readonly user?: boolean; readonly local?: boolean };

const print = ({ json }: Options, data: unknown, text: string): void =>
  void process.stdout.write(json ? `${JSON.stringify(data)}\n` : text);

/** Prints every setting that holds; `origin` also what set it. */
export async function show(options: Options & { origin?: boolean }): Promise<number> {
  const entries = await entriesOf(await readSources(await openPlace(options)));
  const where = ({ origin, file, variable }: Entry) => {
    const place = file ?? variable;
    return options.origin ? `  (${place === undefined ? origin : `${origin}: ${place}`})` : '';
  };
  const lines = entries.map(
    (entry) => `${visibleLine(`${entry.key} = ${JSON.stringify(entry.value)}${where(entry)}`)}\n`,
  );
  print(options, entries, lines.join(''));
  return 0;
}

/** Prints one setting; 1 where nothing sets it. Throws: `RUSTIC_CONFIG_KEY`. */
export async function get(key: string, options: Options): Promise<number> {
  const sources = await readSources(await openPlace(options));
  const value = await valueOf(parseKey(key, sources), sources);
  if (options.json) print(options, { key, value: value ?? null }, '');
  else if (value === undefined) process.stderr.write(`Nothing sets ${visibleLine(key)}.\n`);
  else process.stdout.write(`${visibleLine(typeof value === 'string' ? value : JSON.stringify(value))}\n`);
  return value === undefined ? 1 : 0;
}
async function valueOf(setting: Setting, sources: Sources): Promise<Json | undefined> {
  const { layers } = sources;
  if (setting.kind === 'bind')
    return layers.find(({ bind }) => Object.hasOwn(bind, setting.capability))?.bind[setting.capability];
  if (setting.kind === 'option') return valueAt(await filledOptions(sources, setting.plugin), setting.path);
  const rules = (await entriesOf(sources))
    .filter((entry) => entry.key === 'permissions.rules')
    .map((entry) => entry.value);
  return rules.length > 0 ? rules : undefined;
}

async function changeIn(key: string, options: Scoped) {
  if (options.user && options.local)
    throw cliError('RUSTIC_USAGE', {
      reason: '--user and --local exclude each other.',
      hint: 'Leave one of them out.',
    });
  const place = await openPlace(options);
  const scope: Scope = (options.user && !place.personal) || place.built ? 'user' : options.local ? 'local' : 'project';
  const file = fileOf(place, scope);
  if (file === undefined) throw cliError('RUSTIC_CONFIG_MISSING', { file: join(place.folder, 'rustic.json') });
  const sources = await readSources(place);
  const setting = parseKey(key, sources);
  if (setting.kind === 'rules')
    throw cliError('RUSTIC_CONFIG_VALUE', { key, reason: 'rules are no single value', hint: `Edit them in ${file}.` });
  const { text = '{}\n', composes } = sources.layers.find((layer) => layer.scope === scope) ?? {};
  const change: Change = { key, setting, scope, file, text };
  const config = options.config === undefined ? '' : ` --config ${options.config}`;
  const after = {
    project: `rustic lock${config}`,
    local: `rustic trust${config}`,
    user: composes && 'rustic lock --global',
  };
  return { place, sources, change, command: after[scope] };
}
/** What makes a change of a file hold. Undefined: it holds at once. */
type After = string | undefined;
const nextOf = (command: After): string => (command === undefined ? '' : `To use it, run: ${command}\n`);
/** Throws: `RUSTIC_CONFIG_BY_HAND`, `RUSTIC_CONFIG_WRITE`. */
async function keep({ file, text }: Change, next: string, command: After): Promise<void> {
  if (next === text) return;
  await demandEditable(file, text, next, command ?? 'rustic config check');
  await writeSettings(file, next);
}

/** Sets one value in one file and leaves the rest of it as it is. Throws: `RUSTIC_CONFIG_*`. */
export async function set(key: string, raw: string, options: Scoped): Promise<number> {
  const { place, sources, change, command } = await changeIn(key, options);
  const { value, text } = await withValue(change, raw, sources, place);
  await keep(change, text, command);
  const { file } = change;
  print(
    options,
    { key, value, file },
    visibleLine(`${key} = ${JSON.stringify(value)} in ${file}`) + `\n${nextOf(command)}`,
  );
  return 0;
}

/** Takes one value out of one file; 1 where it does not set it. Throws: `RUSTIC_CONFIG_*`. */
export async function unset(key: string, options: Scoped): Promise<number> {
  const { place, sources, change, command } = await changeIn(key, options);
  const { file } = change;
  const text = await withoutValue(change, sources, place);
  const removed = text !== change.text;
  await keep(change, text, command);
  if (!removed && !options.json) process.stderr.write(`${file} does not set ${key}.\n`);
  if (removed || options.json)
    print(options, { key, removed, file }, `${visibleLine(`${key} is not set in ${file}`)}\n${nextOf(command)}`);
  return removed ? 0 : 1;
}

/** Checks all files and what they mean together; starts nothing. Throws: what does not fit first. */
export async function check(options: Options): Promise<number> {
  const place = await openPlace(options);
  const sources = await readSources(place);
  await demandSound(place, sources);
  const files = sources.layers.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const fits = files.map((file) => `${visibleLine(file)}: ok\n`).join('');
  print(options, { ok: true, files }, fits || 'The built-in composition: ok\n');
  return 0;
}
async function demandSound(place: Place, { layers }: Sources): Promise<void> {
  const composition = await place.composition();
  const { from: folder, file } = place;
  const inputs = file ? [relative(folder, file)] : [];
  const lock = file ? await makeLock({ folder, composition, inputs, contracts: standard }) : await place.lock();
  const layerAt = async (scope: Scope) => {
    const layer = layers.find((one) => one.scope === scope);
    if (layer?.file === undefined) return undefined;
    return parseLayer(await (scope === 'user' ? userLayer(place, dirname(layer.file)) : readLayer(layer.file)));
  };
  const [local, user] = [await layerAt('local'), await layerAt('user')];
  const { lock: over } = await overlay(lock, { local, user });
  if (!local && !user) return;
  const plugins = over.plugins.map(({ package: name, options, rename }) => ({
    package: name,
    options,
    ...(rename && { rename }),
  }));
  await makeLock({ folder, composition: { plugins, bind: over.bind, rules: [] }, inputs: [], contracts: standard });
}

/** Writes what editors complete `rustic.json` from: the options of the plugins that are installed. */
export async function schema(options: Options & { print?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const base = JSON.parse(await readFile(join(own, '../schemas/composition-1.json'), 'utf8')) as never;
  const { plugins } = await readSources(place);
  const text = `${JSON.stringify(composedSchema(base, plugins), null, 2)}\n`;
  if (options.print) process.stdout.write(text);
  else {
    if (!place.file) throw cliError('RUSTIC_CONFIG_MISSING', { file: join(place.folder, 'rustic.json') });
    const file = join(dirname(place.file), schemaFile);
    await writeSettings(file, text);
    const line = `"$schema": "./${schemaFile}"`;
    print(
      options,
      { file, plugins: plugins.length },
      `Wrote ${visibleLine(file)}\nIn ${basename(place.file)}: ${line}\n`,
    );
  }
  return 0;
}
