import { type SessionInfo, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { keepSessions } from '../completion/sessions.js';
import { confirm } from '../confirm.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';
import { forgetChanges } from './session-undo.js';

const line = ({ id, updatedAt, entries, title }: SessionInfo): string =>
  `${id}  ${updatedAt.slice(0, 16).replace('T', ' ')}  ${String(entries).padStart(4)}  ${visibleLine(title ?? '')}\n`;

/** Prints the id of the copy. */
export const fork = (id: string, options: PlaceOptions & { at?: number; json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const { at } = options;
    const { info } = await (await kernel.service('session')).fork(id, at === undefined ? {} : { at });
    process.stdout.write(options.json ? `${JSON.stringify({ session: info })}\n` : `${info.id}\n`);
    return 0;
  });

/** Sets the tags of a session; none clears them. */
export const tag = (id: string, tags: readonly string[], options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const log = await (await kernel.service('session')).open(id);
    await log.update({ tags: [...new Set(tags)] });
    if (options.json) process.stdout.write(`${JSON.stringify({ session: log.info })}\n`);
    else process.stdout.write(`${log.info.id}  ${visibleLine(log.info.tags.join(' ') || 'no tags')}\n`);
    return 0;
  });

/** Throws: `RUSTIC_USAGE` where nobody agreed. */
async function demandConsent(gone: readonly SessionInfo[], yes: boolean | undefined): Promise<void> {
  if (yes || gone.length === 0) return;
  process.stderr.write(gone.map(line).join(''));
  if (await confirm(`Delete ${gone.length === 1 ? 'this session' : `these ${gone.length} sessions`} for good?`)) return;
  throw cliError('RUSTIC_USAGE', {
    reason: 'Nobody said that what is shown above may be deleted.',
    hint: 'If you want that, add --yes.',
  });
}
function printGone(gone: readonly SessionInfo[], json: boolean | undefined, key: 'deleted' | 'wouldDelete'): void {
  if (json) process.stdout.write(`${JSON.stringify({ [key]: gone.map(({ id }) => id) })}\n`);
  else if (gone.length === 0) process.stderr.write('There is nothing to delete.\n');
  else process.stdout.write(`${key === 'deleted' ? 'Deleted' : 'Would delete'}:\n${gone.map(line).join('')}`);
}

/** Deletes the named sessions. All ids must fit before any is deleted. */
export const remove = (
  ids: readonly string[],
  options: PlaceOptions & { yes?: boolean; json?: boolean },
): Promise<number> =>
  withKernel(options, async (kernel, place) => {
    const sessions = await kernel.service('session');
    const named = new Map<string, SessionInfo>();
    for (const id of ids) {
      const { info } = await sessions.open(id);
      named.set(info.id, info);
    }
    const gone = [...named.values()];
    await demandConsent(gone, options.yes);
    for (const { id } of gone) await sessions.delete(id);
    await forgetChanges(kernel, gone);
    await keepSessions(kernel, place);
    printGone(gone, options.json, 'deleted');
    return 0;
  });

export interface PruneOptions extends PlaceOptions {
  /** Unit: ms. */
  readonly olderThan?: number;
  readonly keep?: number;
  /** Unit: bytes. */
  readonly maxSize?: number;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Deletes the oldest sessions, down to the limits. */
export const prune = (options: PruneOptions): Promise<number> => {
  const { olderThan, keep, maxSize, all, dryRun, yes, json } = options;
  if (olderThan === undefined && keep === undefined && maxSize === undefined)
    throw cliError('RUSTIC_USAGE', {
      reason: 'Nothing says what may be deleted.',
      hint: 'Add --older-than 30d, --keep 100 or --max-size 100mb.',
    });
  return withKernel(options, async (kernel, place) => {
    const sessions = await kernel.service('session');
    const limits = {
      ...(!all && { project: place.folder }),
      ...(olderThan !== undefined && { before: new Date(Date.now() - olderThan).toISOString() }),
      ...(keep !== undefined && { keep }),
      ...(maxSize !== undefined && { maxBytes: maxSize }),
    };
    const candidates = await sessions.prune({ ...limits, dryRun: true });
    if (dryRun) printGone(candidates, json, 'wouldDelete');
    else {
      await demandConsent(candidates, yes);
      const gone = await sessions.prune(limits);
      await forgetChanges(kernel, gone);
      await keepSessions(kernel, place);
      printGone(gone, json, 'deleted');
    }
    return 0;
  });
};
