import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { addPlugins } from '../composing/adding.js';
import { chooseProvider } from '../composing/begin.js';
import { withBinding, withPlugin } from '../composing/rustic-json.js';
import { relock } from '../composing/relock.js';
import { schemaReference, writeSchema } from '../composing/schema.js';
import { settle } from '../composing/settle.js';
import { describeAdded, nextAfter } from '../composing/show.js';
import { starterPackages, starterText } from '../composing/starter.js';
import { composedPlace, filesOf } from '../composing/target.js';
import { transact } from '../composing/transaction.js';
import { demandJson } from '../config/editable.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

type InitOptions = Pick<PlaceOptions, 'cwd' | 'config'> & {
  readonly provider?: string;
  readonly model?: string;
  readonly yes?: boolean;
  /** Default: true. */
  readonly install?: boolean;
  readonly json?: boolean;
};

/** Begins a composition: writes it, installs and locks it, all or nothing; never over one that is there. */
export async function init(options: InitOptions): Promise<number> {
  const place = await composedPlace(options);
  const { file, from, lockFile, folder: cwd } = place;
  if (existsSync(file)) throw cliError('RUSTIC_CONFIG_EXISTS', { file });
  demandJson(file);
  return transact(from, filesOf(place), async (change) => {
    const { plugin, model } = await chooseProvider(options, change.signal);
    const text = starterText({ schema: schemaReference });
    await writeSchema(change, place);
    const said = { file, provider: plugin, ...(model !== undefined && { model }) };
    if (options.install === false) {
      const bound = withPlugin(text, plugin, {});
      await change.write(file, model === undefined ? bound : withBinding(bound, 'model', model));
      const next = `npm install ${[...starterPackages, plugin].join(' ')} && rustic lock`;
      process.stdout.write(options.json ? `${JSON.stringify({ ...said, next })}\n` : `Wrote ${file}\nNext: ${next}\n`);
      return 0;
    }
    const bind = model === undefined ? [] : [`model=${model}`];
    const adding = { from, cwd, specs: [plugin], also: starterPackages, text, options: [], bind, rename: [] };
    const added = await addPlugins(change, { ...adding, install: true });
    await change.write(file, added.edit(text));
    const made = await relock(place);
    if (!options.json)
      process.stdout.write(made.lock.plugins.map((plugin) => describeAdded(plugin, added.published)).join(''));
    await settle({ change, place, made, options, start: made.lock.plugins.map(({ id }) => id) });
    const { digest, plugins } = made.lock;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...said, lock: lockFile, digest, plugins: plugins.length, changes: made.changes })}\n`
        : `${basename(file)} and ${basename(lockFile)}: ${plugins.length} plugins, composition ${digest.slice(0, 12)}\n${nextAfter(made.lock, added.plugins)}`,
    );
    return 0;
  });
}
