import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseLockFile } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { addPlugins } from '../composing/adding.js';
import { relock } from '../composing/relock.js';
import { packageMeant } from '../composing/removing.js';
import { settle } from '../composing/settle.js';
import { composedPlace, filesOf } from '../composing/target.js';
import { transact } from '../composing/transaction.js';
import { outdatedOf } from '../composing/versions.js';
import { editableText } from '../config/editable.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

type UpgradeOptions = Pick<PlaceOptions, 'cwd' | 'config'> & {
  readonly global?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** Installs the latest plugins, all or nothing. That their content is another one is what was asked for. */
export async function upgrade(words: readonly string[], options: UpgradeOptions): Promise<number> {
  const place = await composedPlace(options);
  const written = await readFile(place.file, 'utf8').catch((error: unknown) => {
    throw cliError('RUSTIC_CONFIG_MISSING', { file: place.file }, error);
  });
  const text = await editableText(place.file, written);
  const lock = await parseLockFile(place.lockFile);
  const meant = new Set(words.map((word) => packageMeant(text, word, lock)));
  return transact(place.from, filesOf(place), async (change) => {
    const all = await outdatedOf(lock, place.from, change.signal);
    const later = all.filter((one) => meant.size === 0 || meant.has(one.package));
    const say = (line: string) => void (options.json || process.stdout.write(`${visibleLine(line)}\n`));
    for (const { id, version, latest } of later) say(`${id} ${version} -> ${latest}`);
    if (later.length === 0) {
      process.stdout.write(options.json ? `${JSON.stringify({ upgraded: [] })}\n` : 'Every plugin is the latest.\n');
      return 0;
    }
    const specs = later.map((one) => `${one.package}@${one.latest}`);
    const asIs = { also: [], options: [], bind: [], rename: [] };
    await addPlugins(change, { from: place.from, cwd: place.folder, specs, text, ...asIs, install: true });
    const made = await relock(place);
    const expected = new Set(later.map(({ id, latest }) => `${id}@${latest} has other content than before`));
    const changes = made.changes.filter((line) => !expected.has(line));
    changes.forEach(say);
    await settle({ change, place, made, options, changes, start: later.map(({ id }) => id) });
    const { digest, plugins } = made.lock;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ upgraded: later, changes, lock: place.lockFile, digest })}\n`
        : `${basename(place.lockFile)}: ${plugins.length} plugins, composition ${digest.slice(0, 12)}\n`,
    );
    return 0;
  });
}
