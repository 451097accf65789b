import { isRusticError, type Kernel } from '@rustic-ai/kernel';
import {
  type FileChange,
  type SessionInfo,
  type SessionLog,
  type SessionTurn,
  turnsIn,
  visible,
  visibleLine,
} from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

interface UndoOptions extends PlaceOptions {
  readonly session?: string;
  readonly json?: boolean;
}

/** Prints what tools changed in files in one turn. Throws: `RUSTIC_SESSION_UNKNOWN`, `RUSTIC_CAPABILITY_MISSING`. */
export const diff = (turn: number | undefined, options: UndoOptions): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const { wanted } = await turnOf(kernel, folder, turn, options.session);
    const changes = await (await kernel.service('file.changes')).list(wanted);
    if (options.json) process.stdout.write(`${JSON.stringify({ ...wanted, changes })}\n`);
    else if (changes.length === 0) process.stderr.write(`${sayTurn(wanted)} has no changes of files.\n`);
    else process.stdout.write(changes.map(describeChange).join(''));
    return 0;
  });

/** Puts back the files as they were before one turn. Throws: `RUSTIC_FS_UNDO`; what `diff` throws. */
export const undo = (turn: number | undefined, options: UndoOptions & { force?: boolean }): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const { force = false, json } = options;
    const { log, wanted } = await turnOf(kernel, folder, turn, options.session);
    // No turn begins meanwhile, in any process.
    const held = await log.hold();
    const paths = await (await kernel.service('file.changes')).undo(wanted, { force }).finally(() => held.release());
    if (json) process.stdout.write(`${JSON.stringify({ ...wanted, paths })}\n`);
    else if (paths.length === 0) process.stderr.write('Everything was as it had been already.\n');
    else process.stdout.write(`Put back:\n${paths.map((path) => `${visibleLine(path)}\n`).join('')}`);
    return 0;
  });

/** Deletes what is kept of the changes of sessions that are gone, where there is a plugin that keeps them. */
export async function forgetChanges(kernel: Kernel, gone: readonly SessionInfo[]): Promise<void> {
  const changes = await kernel.service('file.changes').catch((error: unknown) => {
    if (isRusticError(error) && error.code === 'RUSTIC_CAPABILITY_MISSING') return undefined;
    throw error;
  });
  for (const { id } of gone) await changes?.forget(id);
}

async function turnOf(
  kernel: Kernel,
  project: string,
  turn: number | undefined,
  id: string | undefined,
): Promise<{ readonly log: SessionLog; readonly wanted: SessionTurn }> {
  const sessions = await kernel.service('session');
  const known = id ?? (await sessions.list({ project, limit: 1 }))[0]?.id;
  if (!known) throw cliError('RUSTIC_USAGE', { reason: 'There are no sessions here yet.', hint: 'Run: rustic run' });
  const log = await sessions.open(known);
  // A turn is one prompt and everything until its answer.
  const turns = turnsIn(await log.entries());
  const session = log.info.id;
  if (turn !== undefined && turn > turns)
    throw cliError('RUSTIC_USAGE', {
      reason: `The session ${session} has no turn ${turn}.`,
      hint: turns > 0 ? `Name a turn from 1 to ${turns}.` : 'Run: rustic session list',
    });
  return { log, wanted: { session, turn: turn ?? turns } };
}

const sayTurn = ({ session, turn }: SessionTurn): string => `Turn ${turn} of ${session}`;

function describeChange({ path, what, type, diff: text }: FileChange): string {
  const noun = what === 'directory' ? 'folder ' : what === 'file' ? '' : `${what} `;
  return `${type} ${noun}${visibleLine(path)}\n${visible(text.replace(/\n?$/, '\n'))}`;
}
