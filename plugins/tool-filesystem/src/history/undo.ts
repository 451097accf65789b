import { errorInfo } from '@rustic-ai/kernel';
import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { Roots } from '../roots.js';
import type { Kept } from './kept.js';
import type { Net } from './net.js';
import { isSame, type State, stateOf } from './state.js';

/** Where a path stands now, and where it shall stand. */
interface Step {
  readonly path: string;
  readonly from: State;
  readonly to: State;
}

/**
 * Puts back what stood there before, all or nothing. Returns the paths it changed.
 *
 * Throws: `RUSTIC_FS_UNDO`.
 */
export async function undoNet(
  net: readonly Net[],
  { roots, kept, force }: { roots: Roots; kept: Kept; force: boolean },
): Promise<readonly string[]> {
  const steps: Step[] = [];
  const changed: string[] = [];
  for (const { path, before, after } of net) {
    const now = await stateOf(await roots.filesOf(path), path, kept);
    if (isSame(now, before)) continue;
    if (!after || !isSame(now, after)) changed.push(path);
    steps.push({ path, from: now, to: before });
  }
  const refuse = (reason: string, cause?: unknown) => workspaceError('RUSTIC_FS_UNDO', { reason }, cause);
  if (changed.length > 0 && !force) throw refuse(`changed since: ${changed.join(', ')}`);
  const lost = steps.filter(({ to }) => to.type === 'other' || (to.type === 'file' && !to.kept));
  if (lost.length > 0)
    throw refuse(`not kept, for it was too large or no file: ${lost.map(({ path }) => path).join(', ')}`);

  const done: Step[] = [];
  try {
    for (const step of inOrder(steps)) {
      done.push(step);
      await take(step, roots, kept);
    }
    await closeFolders(steps, roots);
  } catch (error) {
    const back = done.toReversed().map(({ path, from, to }) => ({ path, from: to, to: from }));
    for (const step of inOrder(back)) await take(step, roots, kept).catch(() => {});
    await closeFolders(back, roots).catch(() => {});
    throw refuse(`${errorInfo(error).message} What was put back already was undone again.`, error);
  }
  return done.map(({ path }) => path);
}

/** What goes, the inner ones first; then what comes, the outer ones first. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const byPath = steps.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const goes = byPath.filter(({ to }) => to.type === 'absent');
  return [...goes.toReversed(), ...byPath.filter(({ to }) => to.type !== 'absent')];
}

/** Folders get their permissions last: they may forbid to put something into them. */
async function closeFolders(steps: readonly Step[], roots: Roots): Promise<void> {
  for (const { path, to } of inOrder(steps).toReversed())
    if (to.type === 'directory') await (await roots.filesOf(path)).setPermissions(path, to.permissions);
}

async function take({ path, to }: Step, roots: Roots, kept: Kept): Promise<void> {
  const files = await roots.filesOf(path);
  const now = await stateOf(files, path, undefined);
  if (isSame(now, to)) return;
  // A folder that others put something into stays.
  if (now.type === 'directory' && to.type === 'absent') {
    if ((await Array.fromAsync(files.list(path))).length === 0) await files.remove(path, { recursive: false });
    return;
  }
  if (now.type !== 'absent' && (now.type !== to.type || to.type === 'link'))
    await files.remove(path, { recursive: false });
  if (to.type === 'directory') await files.makeDirectory(path);
  else if (to.type === 'link') await files.makeLink(path, to.target);
  else if (to.type === 'file') {
    const { permissions, digest } = to;
    await files.write(path, await kept.get(digest), { overwrite: true, atomic: true, permissions });
  }
}
