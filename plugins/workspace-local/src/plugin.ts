import { definePlugin } from '@rustic-ai/kernel';
import { resolve } from 'node:path';
import type manifest from './manifest.js';
import { sandboxCheck } from './sandbox.js';
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
      hook: { 'health.check': async () => sandboxCheck(config, await sandbox.missing()) },
    };
  },
});
