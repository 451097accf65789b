import { type Access, type Call, type Workspace, workspaceError } from '@rustic-ai/kernel/contracts';

type FileAction = 'fs.read' | 'fs.write';

/** What was true of a file when a call on it was decided, so that what runs is what was approved. */
export interface Pins {
  /** The accesses of a call, at the real path. */
  access(actions: readonly FileAction[], path: string, call: Call): Promise<readonly Access[]>;
  /** Remembers what a preview depended on. */
  seen(call: Call, basis: string): void;
  /** The real path. Throws: `RUSTIC_FS_CHANGED` when the path leads elsewhere by now. */
  check(path: string, call: Call): Promise<string>;
  /** Throws: `RUSTIC_FS_CHANGED` when there was a preview and it depended on something else. */
  checkBasis(path: string, call: Call, basis: string): void;
}
export function createPins(workspace: Workspace): Pins {
  const paths = new WeakMap<Call, string>();
  const bases = new WeakMap<Call, string>();
  const target = workspace.target === 'local' ? {} : { target: workspace.target };
  return {
    async access(actions, path, call) {
      const resource = await workspace.realpath(path);
      paths.set(call, resource);
      return actions.map((action) => ({ action, resource, ...target }));
    },
    seen: (call, basis) => void bases.set(call, basis),
    async check(path, call) {
      const real = await workspace.realpath(path);
      if ((paths.get(call) ?? real) !== real) throw workspaceError('RUSTIC_FS_CHANGED', { path });
      return real;
    },
    checkBasis(path, call, basis) {
      if ((bases.get(call) ?? basis) !== basis) throw workspaceError('RUSTIC_FS_CHANGED', { path });
    },
  };
}
