import { type Call, type ToolResult, workspaceError } from '@rustic-ai/kernel/contracts';
import { isRusticError, type Preview } from '@rustic-ai/kernel';
import type { Parts } from '../parts.js';
import { unifiedDiff } from '../unified-diff.js';
import { createTurns } from './turns.js';

/** A change of one file, computed from what stands there. */
export interface Change {
  readonly path: string;
  /** The path of the file that gets this one; then there must be none yet, and `before` is what that file holds. */
  readonly from?: string;
  /** Throws: when it does not fit what is there. `before` undefined: there is no file. */
  plan(before: Uint8Array | undefined): Planned | Promise<Planned>;
}
export interface Planned {
  /** undefined: there is no file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** What is written; undefined: the file goes. */
  readonly data: Uint8Array | undefined;
  readonly overwrite: boolean;
  /** What must be the same when the change is made as when it was shown. */
  readonly basis: string;
  /** What was done, in one sentence. */
  readonly says: string;
}
/** Shows changes, and makes them: one after the other for each file, all or none, and only of what was shown. */
export interface Changes {
  preview(changes: readonly Change[], call: Call): Promise<Preview>;
  run(changes: readonly Change[], call: Call): Promise<ToolResult>;
}
interface Made extends Planned {
  readonly path: string;
  readonly from: string | undefined;
  readonly old: Uint8Array | undefined;
  readonly diff: string;
}
export function createChanges({ roots, pins, history }: Pick<Parts, 'roots' | 'pins' | 'history'>): Changes {
  const inTurn = createTurns();
  const read = async (path: string) =>
    (await roots.filesOf(path)).read(path).catch((error: unknown) => {
      if (!isRusticError(error) || error.code !== 'RUSTIC_FS_MISSING') throw error;
      return undefined;
    });
  const planned = (changes: readonly Change[]): Promise<readonly Made[]> =>
    Promise.all(
      changes.map(async ({ path, from, plan }) => {
        if (from !== undefined && (await read(path))) throw workspaceError('RUSTIC_FS_EXISTS', { path });
        const old = await read(from ?? path);
        const plans = await plan(old);
        return { ...plans, path, from, old, diff: await unifiedDiff(from ?? path, plans.before, plans.after, path) };
      }),
    );
  /** Gives a file its new path before anything is put there, and the old one again when that fails. */
  const rename = async (from: string, to: string, then: () => Promise<void>) => {
    const files = await roots.filesOf(from);
    await files.move(from, to);
    try {
      await then();
    } catch (error) {
      await files.move(to, from);
      throw error;
    }
  };
  const put = async ({ path, data, overwrite }: Pick<Made, 'path' | 'data' | 'overwrite'>) => {
    const files = await roots.filesOf(path);
    if (data) await files.write(path, data, { overwrite, atomic: true });
    else await files.remove(path, { recursive: false });
  };
  /** What was done of a change that can not be done as a whole is undone. */
  const putAll = async (all: readonly Made[]) => {
    const done: Made[] = [];
    try {
      for (const made of all) {
        const { path, from, data, old } = made;
        const isSame = data !== undefined && old !== undefined && Buffer.compare(data, old) === 0;
        if (from === undefined) await put(made);
        else await rename(from, path, async () => (isSame ? undefined : put({ path, data, overwrite: true })));
        done.push(made);
      }
    } catch (error) {
      for (const { path, from, old } of done.toReversed()) {
        const back = () => put({ path: from ?? path, data: old, overwrite: true });
        await (from === undefined ? back() : rename(path, from, back)).catch(() => {});
      }
      throw error;
    }
  };
  const make = async (changes: readonly Change[], call: Call, reals: readonly string[]): Promise<ToolResult> => {
    const all = await planned(changes);
    for (const { path, basis } of all) pins.checkSeen(call, path, basis);
    call.signal.throwIfAborted();
    await history.around(call, { paths: reals, make: () => putAll(all) });
    const text = all
      .map(({ says, diff, from }) =>
        diff ? `${says}\n${diff}` : from === undefined ? `${says} Its content is the same as before.` : says,
      )
      .join('\n');
    const files = all.map(({ path, diff }) => ({ path, diff }));
    const [only] = files;
    return { parts: [{ type: 'text', text }], data: files.length === 1 && only ? only : { files } };
  };
  return {
    async preview(changes, call) {
      const all = await planned(changes);
      for (const { path, basis } of all) pins.seen(call, path, basis);
      const moves = (one: Made) => (one.from === undefined ? '' : `rename from ${one.from}\nrename to ${one.path}\n`);
      return { type: 'diff', text: all.map((one) => moves(one) + one.diff).join('') };
    },
    async run(changes, call) {
      await pins.check(call);
      const touched = changes.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
      const reals = await Promise.all(touched.map((path) => roots.real(path)));
      // Always in the same order, so that no two calls wait for each other.
      return [...new Set(reals)].toSorted().reduceRight<() => Promise<ToolResult>>(
        (work, real) => () => inTurn(real, work),
        () => make(changes, call, reals),
      )();
    },
  };
}
