import { basename } from 'node:path';
import { relock } from '../composing/relock.js';
import { composedPlace } from '../composing/target.js';
import { confirm } from '../confirm.js';
import { cliError } from '../errors.js';
import { openPlace, type PlaceOptions } from '../project.js';
import { replaceFile } from '../replace-file.js';

/** Makes the lock. What lets in more than before needs an explicit yes, which is also what trusts the folder. */
export async function lock(
  options: PlaceOptions & { global?: boolean; accept?: boolean; json?: boolean },
): Promise<number> {
  const place = options.global ? await composedPlace(options) : await openPlace(options);
  const { file, lockFile } = place;
  if (!file) throw cliError('RUSTIC_CONFIG_MISSING', { file: `${place.folder}/rustic.json` });
  const { lock: made, changes, trusted, text, trust } = await relock({ ...place, file });
  if (!options.json) for (const change of changes) process.stdout.write(`${change}\n`);
  if (changes.length > 0 && !options.accept && !(await confirm('Accept this?')))
    throw cliError('RUSTIC_LOCK_CONSENT', { changes: changes.map((change) => `  ${change}`).join('\n') });
  await replace(lockFile, text);
  if (trusted || options.accept || changes.length > 0) await trust();
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ lock: lockFile, digest: made.digest, plugins: made.plugins.length, changes })}\n`
      : `${basename(lockFile)}: ${made.plugins.length} plugins, composition ${made.digest.slice(0, 12)}\n`,
  );
  return 0;
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw cliError('RUSTIC_LOCK_WRITE', { path, reason: (error as Error).message }, error);
  }
}
