import { type Access, type Call, workspaceError } from '@rustic-ai/kernel/contracts';
import type { Roots } from './roots.js';

/** A file that a call is about to touch. */
export interface Touch {
  readonly path: string;
  readonly actions: readonly ('fs.read' | 'fs.write')[];
  /** The last part of the path is not followed: the call acts on a link itself. Default: false. */
  readonly link?: boolean;
}
/** What was true of files when a call on them was decided, so that what runs is what was approved. */
export interface Pins {
  /** The accesses of a call, at real paths. */
  access(touches: readonly Touch[], call: Call): Promise<readonly Access[]>;
  /** Throws: `RUSTIC_FS_CHANGED` when one of the paths leads elsewhere by now. */
  check(call: Call): Promise<void>;
  /** Remembers what a decision or a preview depended on. */
  seen(call: Call, path: string, basis: string): void;
  /** Throws: `RUSTIC_FS_CHANGED` when something else was seen. */
  checkSeen(call: Call, path: string, basis: string): void;
}
interface Pin {
  readonly path: string;
  readonly link: boolean;
  readonly real: string;
}
export function createPins(roots: Roots): Pins {
  const pins = new WeakMap<Call, readonly Pin[]>();
  const bases = new WeakMap<Call, Map<string, string>>();
  return {
    async access(touches, call) {
      const found = await Promise.all(
        touches.map(async ({ path, link = false }): Promise<Pin> => ({
          path,
          link,
          real: await roots.real(path, { link }),
        })),
      );
      pins.set(call, found);
      return touches.flatMap(({ actions }, at) =>
        actions.map((action) => ({ action, resource: (found[at] as Pin).real, ...roots.target })),
      );
    },
    async check(call) {
      const now = async ({ path, link, real }: Pin) => {
        if ((await roots.real(path, { link })) !== real) throw workspaceError('RUSTIC_FS_CHANGED', { path });
      };
      await Promise.all((pins.get(call) ?? []).map(now));
    },
    seen(call, path, basis) {
      if (!bases.has(call)) bases.set(call, new Map());
      bases.get(call)?.set(path, basis);
    },
    checkSeen(call, path, basis) {
      if ((bases.get(call)?.get(path) ?? basis) !== basis) throw workspaceError('RUSTIC_FS_CHANGED', { path });
    },
  };
}
