import { definePlugin } from '@rustic-ai/kernel';
import { resolve } from 'node:path';
import type manifest from './manifest.js';
import type { HealthCheck } from '@rustic-ai/kernel/contracts';
import type { SandboxMode } from './sandbox.js';
import { createLocalWorkspace } from './workspace.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  async setup({ deps: { host }, config, own }) {
    const { workspace, sandbox, dispose } = await createLocalWorkspace({
      root: resolve(host.folders.cwd, config.root ?? '.'),
      env: (allow) => host.env(allow),
      sandbox: { mode: config.sandbox, network: config.network },
    });
    own(dispose);
    return {
      service: { workspace },
      hook: { 'health.check': async () => checkOf(config, await sandbox.missing()) },
    };
  },
});

/** Says whether commands are confined, and if not, that they have all rights of who runs this. */
function checkOf(
  { sandbox, network }: { readonly sandbox: SandboxMode; readonly network: boolean },
  missing: string | undefined,
): HealthCheck {
  const name = 'sandbox of workspace-local';
  const free = 'commands run with all rights of this user';
  if (sandbox === 'off') return { name, ok: true, note: `off: ${free}` };
  if (missing === undefined)
    return {
      name,
      ok: true,
      note: `bubblewrap: commands write to the workspace only, ${network ? 'with' : 'without'} network`,
    };
  const note = `not there, although it is "${sandbox}" (${missing})`;
  if (sandbox === 'auto') return { name, ok: true, note: `${note}: ${free}` };
  return { name, ok: false, note: `${note}: no command runs`, fix: 'Install the package "bubblewrap".' };
}
