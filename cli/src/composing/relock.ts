import { relative } from 'node:path';
import { type Lock, parseLockFile } from '@rustic-ai/kernel';
import { formatLock, makeLock, widened } from '@rustic-ai/kernel/compose';
import { standard, visibleLine } from '@rustic-ai/kernel/contracts';
import { demandInputs } from '../inputs.js';
import { describeLayer, parseLayer } from '../layers.js';
import { lockOf } from '../product/product.js';
import { hostOf } from '../project.js';
import { createTrust } from '../trust.js';
import { settled } from './choice.js';
import { withNewName } from './renaming.js';
import type { ComposedPlace } from './target.js';
import type { Change } from './transaction.js';

/** A lock that was made and not written yet. */
export interface NewLock {
  readonly lock: Lock;
  /** What it lets in that the one before did not, a line for each; nothing of it needs consent when it is empty. */
  readonly changes: readonly string[];
  /** Whether the folder was trusted with the one before. */
  readonly trusted: boolean;
  readonly text: string;
  /** Trusts the folder with it. */
  trust(): Promise<void>;
  /** Writes it, and trusts the folder with it; what is so already is left. */
  keep(change: Change): Promise<void>;
}

/**
 * Makes the lock of a composition anew.
 *
 * `by`: whose composition it is for a person; the command that changes it can be told choices. Default: of that place, by
 *   a command that can not.
 * Throws: what `makeLock` throws, `RUSTIC_BIND_CHOICE`.
 */
export async function relock(place: ComposedPlace, by?: ComposedPlace): Promise<NewLock> {
  const { file, from, lockFile } = place;
  const composition = await place.composition();
  const lock = await makeLock({
    folder: from,
    composition,
    inputs: [relative(from, file)],
    contracts: standard,
    ...(place.built && { beside: lockOf(place.built) }),
  }).catch(async (error: unknown) => {
    throw await withNewName(settled(error, (by ?? place).file), place, by && 'again');
  });
  const before = await parseLockFile(lockFile).catch(() => undefined);
  const trust = createTrust(hostOf(place).folders.state);
  const record = await trust.read(from);
  const local = await place.local();
  const layer = local?.digest === record?.local ? undefined : parseLayer(local);
  const text = formatLock(lock);
  const trustIt = async () => {
    const seen = await demandInputs(from, lock.inputs);
    await trust.write(from, { lock: lock.digest, local: local?.digest, seen });
  };
  return {
    lock,
    changes: [...widened(before, lock), ...(layer ? describeLayer(layer) : [])].map(visibleLine),
    trusted: before !== undefined && record?.lock === before.digest,
    text,
    trust: trustIt,
    async keep(change) {
      if (before?.digest === lock.digest && record?.lock === lock.digest && !layer) return;
      await change.write(lockFile, text);
      await change.step(trustIt);
    },
  };
}
