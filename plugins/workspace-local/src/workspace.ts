import type { Host, Workspace } from '@rustic-ai/kernel/contracts';
import { createExec } from './exec.js';
import { asWorkspaceError } from './errors.js';
import { createFiles } from './files.js';
import { openFolder } from './folder.js';
import { createPlaces, realPathOf } from './paths.js';

export interface LocalWorkspace {
  readonly workspace: Workspace;
  /** Stops every command that still runs. */
  dispose(): Promise<void>;
}

/** The workspace of one folder. Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_NOT_A_DIRECTORY` when `root` is no folder. */
export async function createLocalWorkspace(options: { root: string; env: Host['env'] }): Promise<LocalWorkspace> {
  let root: string;
  try {
    root = await realPathOf(options.root);
    await (await openFolder({ root, real: root, make: false })).close();
  } catch (error) {
    throw asWorkspaceError(error, options.root);
  }
  const places = createPlaces(root);
  const { exec, dispose } = createExec({ places, env: options.env });
  return {
    workspace: { target: 'local', root, realpath: (path) => places.real(path), files: createFiles(places), exec },
    dispose,
  };
}
