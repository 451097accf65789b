import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { addPlugins, type Added, bindingOf } from '../composing/adding.js';
import { commandsToAdd } from '../composing/by-hand.js';
import { askChoice } from '../composing/choice.js';
import { append, treeOf, valueAt } from '../composing/edit.js';
import { type NewLock, relock } from '../composing/relock.js';
import { askName } from '../composing/renaming.js';
import { createScratch } from '../composing/scratch.js';
import { withBinding, withRename } from '../composing/rustic-json.js';
import { settle } from '../composing/settle.js';
import { describeAdded, nextAfter } from '../composing/show.js';
import { starterPackages, starterText } from '../composing/starter.js';
import { composedPlace, type ComposedPlace, filesOf } from '../composing/target.js';
import { type Change, transact } from '../composing/transaction.js';
import { parseComposition } from '../composition.js';
import { demandEditable, demandJson, editableText, editDiff } from '../config/editable.js';
import { formatOf } from '../config/formats.js';
import type { PlaceOptions } from '../project.js';

export interface AddOptions extends Pick<PlaceOptions, 'cwd' | 'config' | 'debug' | 'built'> {
  /** Default: false. */
  readonly global?: boolean;
  readonly option?: readonly string[];
  readonly bind?: readonly string[];
  readonly rename?: readonly string[];
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Default: true. */
  readonly install?: boolean;
  readonly json?: boolean;
}

/** Installs plugins and lists them: the whole of it, once somebody agreed to it and they started, or nothing. */
export async function add(specs: readonly string[], options: AddOptions): Promise<number> {
  const place = await composedPlace(options);
  const written = await readFile(place.file, 'utf8').catch(() => undefined);
  const found = written === undefined ? undefined : await editableText(place.file, written, 'rules');
  const isModel = specs.some((spec) => spec.includes('provider-'));
  const first = isModel ? [] : ['@rustic-ai/plugin-provider-scripted'];
  // A product has all it needs already.
  const begun = place.built !== undefined || (found !== undefined && (!place.personal || lists(found)));
  if (!begun) demandJson(place.file);
  const text = begun ? (found ?? '{\n  "plugins": []\n}\n') : started(place.file, found, first);
  parseComposition(text, basename(place.file));
  const also = begun ? [] : [...starterPackages, ...first];
  const request = {
    cwd: place.folder,
    specs,
    also,
    options: options.option ?? [],
    bind: options.bind ?? [],
    rename: options.rename ?? [],
    kernel: place.built?.kernel,
  };
  const diffOf = (after: string) => editDiff(place.file, found ?? '', after);
  const isByHand = formatOf(place.file) !== 'json';
  if (options.dryRun || isByHand) {
    const scratch = await createScratch(place, text);
    try {
      const tried = await transact(scratch.place.from, [], async (change) => {
        const adding = { ...request, from: scratch.place.from, text: scratch.text, install: true };
        await scratch.link();
        const added = await addPlugins(change, adding);
        await scratch.link();
        await change.write(scratch.place.file, added.edit(scratch.text));
        return { added, made: await relock(scratch.place, place) };
      });
      const after = scratch.named(tried.added.edit(text));
      if (!options.dryRun) {
        const names = tried.added.plugins.map(({ package: name }) => name);
        const next = await commandsToAdd(place, names, scratch.place.from);
        await demandEditable(place.file, text, after, next);
      }
      return tell({ place, ...tried, options, diff: await diffOf(after) });
    } finally {
      await scratch.dispose();
    }
  }
  return transact(place.from, filesOf(place), async (change) => {
    const adding = { ...request, from: place.from, text, install: options.install ?? true };
    const added = await addPlugins(change, adding);
    const { after, made } = await lockedWith(change, place, added.edit(text), found);
    const diff = await diffOf(after);
    if (!options.json) tell({ place, added, made, options, diff });
    await settle({ change, place, made, options, start: startable(added, made) });
    if (options.json) tell({ place, added, made, options, diff });
    else process.stdout.write(`${summary(place, made)}${nextAfter(made.lock, added.plugins)}`);
    return 0;
  });
}

/** The lock of a text, asking on a terminal for each choice that it leaves open. */
async function lockedWith(change: Change, place: ComposedPlace, text: string, found: string | undefined) {
  let after = text;
  for (;;) {
    if (after !== found) await change.write(place.file, after);
    try {
      return { after, made: await relock(place, place) };
    } catch (error) {
      const choice = await askChoice(error, change.signal);
      const renaming = await askName(error, change.signal);
      const bound = choice === undefined ? after : withBinding(after, ...bindingOf(choice));
      const next = renaming === undefined ? bound : withRename(bound, renaming);
      // What was chosen settles nothing.
      if (next === after) throw error;
      after = next;
    }
  }
}

/** A new composition, or what was a layer only until now as one. */
function started(file: string, found: string | undefined, plugins: readonly string[]): string {
  if (found === undefined) return starterText({ plugins });
  parseComposition(found, basename(file), 'layer');
  const list = [...starterPackages, ...plugins].map((name) => `  ${JSON.stringify(name)},\n`);
  return append(found, treeOf(found), `"plugins": [\n${list.join('')}]`);
}
const lists = (text: string) => valueAt(treeOf(text), 'plugins') !== undefined;

/** Those of them that are enabled. */
const startable = ({ plugins }: Added, { lock }: NewLock) =>
  plugins.map(({ manifest }) => manifest.id).filter((added) => lock.plugins.some(({ id }) => id === added));
const summary = ({ lockFile }: ComposedPlace, { lock }: NewLock) =>
  `${basename(lockFile)}: ${lock.plugins.length} plugins, composition ${lock.digest.slice(0, 12)}\n`;

/** Says what is added, and what that changes. */
function tell(parts: {
  readonly place: ComposedPlace;
  readonly added: Added;
  readonly made: NewLock;
  readonly options: AddOptions;
  readonly diff: readonly string[];
}): number {
  const { place, added, made, options, diff } = parts;
  if (options.json) {
    const plugins = added.plugins.map(({ package: name, version, manifest }) => ({
      id: manifest.id,
      package: name,
      version,
      contributes: manifest.contributes ?? {},
      ...(added.published.get(name) && { publishedAt: added.published.get(name) }),
      permissions: made.lock.plugins.find(({ id }) => id === manifest.id)?.permissions ?? [],
    }));
    const { digest } = made.lock;
    const { scripts } = added;
    const dryRun = options.dryRun ?? false;
    const data = { plugins, scripts, changes: made.changes, diff, lock: place.lockFile, digest, dryRun };
    process.stdout.write(`${JSON.stringify(data)}\n`);
    return 0;
  }
  const ids = new Set(added.plugins.map(({ manifest }) => manifest.id));
  process.stdout.write(
    made.lock.plugins
      .filter(({ id }) => ids.has(id))
      .map((plugin) => describeAdded(plugin, added.published))
      .join(''),
  );
  for (const script of added.scripts) process.stdout.write(`${visibleLine(`not run: ${script}`)}\n`);
  if (diff.length > 0) process.stdout.write(`${[basename(place.file), ...diff].map(visibleLine).join('\n')}\n`);
  const others = made.changes.filter(
    (line) => ![...ids].some((id) => line.startsWith(`${id}@`) || line.startsWith(`${id} `)),
  );
  for (const change of others) process.stdout.write(`${change}\n`);
  if (options.dryRun) process.stdout.write('Nothing was changed: that is all it would do.\n');
  return 0;
}
