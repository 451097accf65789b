import { cliError } from '../errors.js';
import { agree } from './ask.js';
import { loadOnce } from './load.js';
import type { NewLock } from './relock.js';
import { renewSchema } from './schema.js';
import type { ComposedPlace } from './target.js';
import type { Change } from './transaction.js';

/**
 * Has the change agreed to, starts what is new, takes from disk what is gone, and keeps the lock.
 *
 * Throws: `RUSTIC_LOCK_CONSENT_CHANGE`, what starting throws, what keeping throws.
 */
export async function settle(parts: {
  readonly change: Change;
  readonly place: ComposedPlace;
  readonly made: NewLock;
  readonly options: { readonly yes?: boolean };
  /** What to agree to, a line for each. Default: all that the lock changes. */
  readonly changes?: readonly string[];
  /** The plugins to start once. */
  readonly start?: readonly string[];
  /** The packages to uninstall. */
  readonly uninstall?: readonly string[];
}): Promise<void> {
  const { change, place, made, options, start = [], uninstall = [], changes = made.changes } = parts;
  if (changes.length > 0 && !options.yes && !(await agree('Agree to this?', change.signal)))
    throw cliError('RUSTIC_LOCK_CONSENT_CHANGE', { changes: changes.map((one) => `  ${one}`).join('\n') });
  await loadOnce(place, made.lock, start);
  if (uninstall.length > 0) await change.uninstall(uninstall);
  await renewSchema(change, place, made.lock);
  await made.keep(change);
}
