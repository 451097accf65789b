import { rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseLockFile } from '@rustic-ai/kernel';
import { formatLock, makeLock, widened } from '@rustic-ai/kernel/compose';
import { standard, visibleLine } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { confirm } from '../confirm.js';
import { demandInputs } from '../inputs.js';
import { describeLayer, parseLayer } from '../layers.js';
import { hostOf, openPlace, type PlaceOptions } from '../project.js';
import { createTrust } from '../trust.js';

/** Makes the lock. What lets in more than before needs an explicit yes, which is also what trusts the folder. */
export async function lock(options: PlaceOptions & { accept?: boolean; json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const { file, from, lockFile } = place;
  if (!file) throw cliError('RUSTIC_CONFIG_MISSING', { file: `${place.folder}/rustic.json` });
  const composition = await place.composition();
  const made = await makeLock({ folder: from, composition, inputs: [basename(file)], contracts: standard });
  const before = await parseLockFile(lockFile).catch(() => undefined);
  const trust = createTrust(hostOf(place).folders.state);
  const record = await trust.read(from);
  const local = await place.local();
  const layer = local?.digest === record?.local ? undefined : parseLayer(local);
  const changes = [...widened(before, made), ...(layer ? describeLayer(layer) : [])].map(visibleLine);
  if (!options.json) for (const change of changes) process.stdout.write(`${change}\n`);
  if (changes.length > 0 && !options.accept && !(await confirm('Accept this?')))
    throw cliError('RUSTIC_LOCK_CONSENT', { changes: changes.map((change) => `  ${change}`).join('\n') });
  await replace(lockFile, formatLock(made));
  const trusted = before !== undefined && record?.lock === before.digest;
  if (trusted || options.accept || changes.length > 0) {
    const seen = await demandInputs(from, made.inputs);
    await trust.write(from, { lock: made.digest, local: local?.digest, seen });
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ lock: lockFile, digest: made.digest, plugins: made.plugins.length, changes })}\n`
      : `${basename(lockFile)}: ${made.plugins.length} plugins, composition ${made.digest.slice(0, 12)}\n`,
  );
  return 0;
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw cliError('RUSTIC_LOCK_WRITE', { path, reason: (error as Error).message }, error);
  }
}
