import { rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createTrust, formatLock, makeLock, parseLockFile, widened } from '@rustic-ai/kernel';
import { standard, visibleLine } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { confirm } from '../confirm.js';
import { hostOf, openPlace, type PlaceOptions } from '../project.js';

/** Makes the lock. What lets in more than before needs an explicit yes, which is also what trusts the folder. */
export async function lock(options: PlaceOptions & { accept?: boolean; json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const { file, from, lockFile } = place;
  if (!file) throw cliError('RUSTIC_CONFIG_MISSING', { file: `${place.folder}/rustic.json` });
  const composition = await place.composition();
  const made = await makeLock({ folder: from, composition, inputs: [basename(file)], contracts: standard });
  const before = await parseLockFile(lockFile).catch(() => undefined);
  const changes = widened(before, made).map(visibleLine);
  if (!options.json) for (const change of changes) process.stdout.write(`${change}\n`);
  if (changes.length > 0 && !options.accept && !(await confirm('Accept this?')))
    throw cliError('RUSTIC_LOCK_CONSENT', { changes: changes.map((change) => `  ${change}`).join('\n') });
  const draft = `${lockFile}.new`;
  await writeFile(draft, formatLock(made));
  await rename(draft, lockFile);
  const trust = createTrust(hostOf(place).folders.state);
  const trusted = before
    ? await trust.demand(from, before.digest).then(
        () => true,
        () => false,
      )
    : false;
  if (trusted || options.accept || changes.length > 0) await trust.grant(from, made.digest);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ lock: lockFile, digest: made.digest, plugins: made.plugins.length, changes })}\n`
      : `${basename(lockFile)}: ${made.plugins.length} plugins, composition ${made.digest.slice(0, 12)}\n`,
  );
  return 0;
}
