import type { Call, ToolResult, Workspace } from '@rustic-ai/kernel/contracts';
import { isRusticError, type Preview } from '@rustic-ai/kernel';
import { unifiedDiff } from './diff.js';
import type { Pins } from './pins.js';
import { createTurns } from './turns.js';

/** A change of one file, computed from what stands there. */
export interface Change {
  readonly path: string;
  /** Throws: when it does not fit what is there. `before` undefined: there is no file. */
  plan(before: Uint8Array | undefined): Planned;
}
export interface Planned {
  /** undefined: no text, or none that can be shown. */
  readonly before: string | undefined;
  readonly after: string;
  readonly overwrite: boolean;
  /** What must be the same when the change is made as when it was shown. */
  readonly basis: string;
  /** What was done, in one sentence. */
  readonly says: string;
}
/** Shows changes, and makes them: one after the other for each file, and only of what was shown. */
export interface Changes {
  preview(change: Change, call: Call): Promise<Preview>;
  run(change: Change, call: Call): Promise<ToolResult>;
}
export function createChanges(workspace: Workspace, pins: Pins): Changes {
  const inTurn = createTurns();
  const read = (path: string) =>
    workspace.files.read(path).catch((error: unknown) => {
      if (!isRusticError(error) || error.code !== 'RUSTIC_FS_MISSING') throw error;
      return undefined;
    });
  return {
    async preview({ path, plan }, call) {
      const { before, after, basis } = plan(await read(path));
      pins.seen(call, basis);
      return { type: 'diff', text: await unifiedDiff(path, before, after) };
    },
    run: async ({ path, plan }, call) =>
      inTurn(await pins.check(path, call), async () => {
        const { before, after, overwrite, basis, says } = plan(await read(path));
        pins.checkBasis(path, call, basis);
        const diff = await unifiedDiff(path, before, after);
        call.signal.throwIfAborted();
        await workspace.files.write(path, new TextEncoder().encode(after), { overwrite, atomic: true });
        const text = diff ? `${says}\n${diff}` : `${says} Its content is the same as before.`;
        return { parts: [{ type: 'text', text }], data: { path, diff } };
      }),
  };
}
