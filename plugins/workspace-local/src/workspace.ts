import type { Host, Workspace } from '@rustic-ai/kernel/contracts';
import { createExec } from './exec.js';
import { asWorkspaceError, reasonOf } from './errors.js';
import { createFiles } from './files.js';
import { openFolder } from './folder.js';
import { createSandbox, type Sandbox, type SandboxMode } from './sandbox.js';
import { createPlaces, type Places, realPathOf } from './paths.js';

export interface LocalWorkspace {
  readonly workspace: Workspace;
  readonly sandbox: Sandbox;
  /** Stops every command that still runs. */
  dispose(): Promise<void>;
}

/** The workspace of one folder. Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_NOT_A_DIRECTORY` when `root` is no folder. */
export async function createLocalWorkspace(options: {
  readonly root: string;
  readonly env: Host['env'];
  readonly sandbox: { readonly mode: SandboxMode; readonly network: boolean };
}): Promise<LocalWorkspace> {
  const places = await placesOf(options.root);
  const { root } = places;
  const { env } = options;
  const outside = createExec({
    places,
    env,
    sandbox: createSandbox({ mode: 'off', network: true, root, attempt: none }),
  });
  /** Runs it to see whether it can be run. */
  const attempt = async ([program, args]: readonly [string, readonly string[]]) => {
    const limits = { timeLimitMs: 10_000, maxBytes: 1_000, signal: AbortSignal.timeout(10_000) };
    return outside.exec({ argv: [program, ...args] }, limits).then(
      ({ exitCode, stderr }) => (exitCode === 0 ? undefined : stderr.trim() || `it ended with ${exitCode}`),
      (error: unknown) => reasonOf(error),
    );
  };
  const sandbox = createSandbox({ ...options.sandbox, root, attempt });
  const { exec, start, dispose } = createExec({ places, env, sandbox });
  return {
    workspace: {
      target: 'local',
      root,
      realpath: (path) => places.real(path),
      files: createFiles(places),
      beside: async (folder) => createFiles(await placesOf(folder)),
      exec,
      start,
    },
    sandbox,
    dispose,
  };
}

const none = async () => undefined;

async function placesOf(folder: string): Promise<Places> {
  try {
    const root = realPathOf(folder);
    await (await openFolder({ root, real: root, make: false })).close();
    return createPlaces(root);
  } catch (error) {
    throw asWorkspaceError(error, folder);
  }
}
