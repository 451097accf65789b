import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addPlugins } from '../composing/adding.js';
import { relock } from '../composing/relock.js';
import { createScratch } from '../composing/scratch.js';
import { settle } from '../composing/settle.js';
import { describeAdded } from '../composing/show.js';
import { starterText } from '../composing/starter.js';
import { composedPlace } from '../composing/target.js';
import { transact } from '../composing/transaction.js';
import { editableText } from '../config/editable.js';
import { own } from '../project.js';
import { run, type RunOptions } from './run.js';

type TryOptions = Omit<RunOptions, 'bind'> & {
  readonly option?: readonly string[];
  readonly bind?: readonly string[];
  readonly rename?: readonly string[];
  readonly yes?: boolean;
};

/** Adds a plugin to a copy of the composition, runs there once, and leaves nothing behind. */
export async function tryOut(spec: string, words: readonly string[], options: TryOptions): Promise<number> {
  const { option = [], bind = [], rename = [], yes = false, ...running } = options;
  const place = await composedPlace(options);
  const written = await readFile(place.file, 'utf8').catch(() => undefined);
  const found = written === undefined ? undefined : await editableText(place.file, written);
  const text = found ?? starterText({ plugins: ['@rustic-ai/plugin-provider-scripted'] });
  const builtin = { from: own, lockFile: join(own, 'builtin.lock') };
  const scratch = await createScratch(place, text, found === undefined ? builtin : place);
  try {
    await transact(scratch.place.from, [], async (change) => {
      const { from } = scratch.place;
      await scratch.link();
      const request = { cwd: place.folder, specs: [spec], also: [], options: option, bind, rename };
      const added = await addPlugins(change, { ...request, from, text: scratch.text, install: true });
      await scratch.link();
      await change.write(scratch.place.file, added.edit(scratch.text));
      const made = await relock(scratch.place, place);
      const ids = added.plugins.map(({ manifest }) => manifest.id);
      // Standard output is the answer's.
      for (const plugin of made.lock.plugins)
        if (ids.includes(plugin.id)) process.stderr.write(describeAdded(plugin, added.published));
      await settle({ change, place: scratch.place, made, options: { yes }, start: ids });
    });
    return await run(words, { ...running, cwd: place.folder, config: scratch.place.file });
  } finally {
    await scratch.dispose();
  }
}
