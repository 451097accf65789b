import { type Access, type Call, type Workspace, workspaceError } from '@rustic-ai/kernel/contracts';

export interface Touch {
  readonly path: string;
  readonly action: 'fs.read' | 'fs.write';
}
/** Where the files of a call led to when it was decided, so that what runs is what was approved. */
export interface Pins {
  /** The accesses of a call, at real paths. */
  access(touches: readonly Touch[], call: Call): Promise<readonly Access[]>;
  /** Throws: `RUSTIC_FS_CHANGED` when one of the paths leads elsewhere by now. */
  check(call: Call): Promise<void>;
}

export function createPins({ realpath, target }: Workspace): Pins {
  const pins = new WeakMap<Call, readonly { readonly path: string; readonly real: string }[]>();
  const elsewhere = target === 'local' ? {} : { target };
  return {
    async access(touches, call) {
      const found = await Promise.all(touches.map(async (one) => ({ ...one, real: await realpath(one.path) })));
      pins.set(call, found);
      return found.map(({ action, real }) => ({ action, resource: real, ...elsewhere }));
    },
    async check(call) {
      for (const { path, real } of pins.get(call) ?? [])
        if ((await realpath(path)) !== real) throw workspaceError('RUSTIC_FS_CHANGED', { path });
    },
  };
}
