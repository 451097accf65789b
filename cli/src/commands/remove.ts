import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseLockFile } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { commandsToRemove } from '../composing/by-hand.js';
import { lineDiff } from '../composing/edit.js';
import { relock } from '../composing/relock.js';
import { installedIn, packageMeant, withoutPackages } from '../composing/removing.js';
import { settle } from '../composing/settle.js';
import { dependenciesOf } from '../composing/specs.js';
import { composedPlace, filesOf } from '../composing/target.js';
import { transact } from '../composing/transaction.js';
import { demandEditable, editableText } from '../config/editable.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

type RemoveOptions = Pick<PlaceOptions, 'cwd' | 'config' | 'built'> & {
  readonly global?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** Takes plugins off the list and uninstalls them: the whole of it, or nothing. */
export async function remove(words: readonly string[], options: RemoveOptions): Promise<number> {
  const place = await composedPlace(options);
  const written = await readFile(place.file, 'utf8').catch((error: unknown) => {
    throw cliError('RUSTIC_CONFIG_MISSING', { file: place.file }, error);
  });
  const text = await editableText(place.file, written);
  const lock = await parseLockFile(place.lockFile).catch(() => undefined);
  const known = lock ?? (await installedIn(text, place.from));
  const names = [...new Set(words.map((word) => packageMeant(text, word, known)))];
  const after = withoutPackages(text, names, lock);
  await demandEditable(place.file, text, after, await commandsToRemove(place, names));
  return transact(place.from, filesOf(place), async (change) => {
    const diff = lineDiff(text, after);
    if (!options.json) process.stdout.write(`${[basename(place.file), ...diff].map(visibleLine).join('\n')}\n`);
    await change.write(place.file, after);
    const made = await relock(place);
    if (!options.json) for (const line of made.changes) process.stdout.write(`${line}\n`);
    const depended = await dependenciesOf(place.from);
    const installed = names.filter((name) => depended.has(name));
    await settle({ change, place, made, options, uninstall: installed });
    const { digest, plugins } = made.lock;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ removed: names, uninstalled: installed, changes: made.changes, diff, lock: place.lockFile, digest })}\n`
        : `${basename(place.lockFile)}: ${plugins.length} plugins, composition ${digest.slice(0, 12)}\n`,
    );
    return 0;
  });
}
