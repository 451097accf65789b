import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createCommands } from './commands.js';
import { createFiles } from './files.js';
import type manifest from './manifest.js';
import { createPlaces, openFolder } from './places.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  async setup({ deps: { host }, config: { keep }, own }) {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'template-')));
    own(() => (keep ? undefined : rm(root, { recursive: true, force: true })));
    const places = createPlaces(root);
    const { exec, start, dispose } = createCommands(places, (allow) => host.env(allow));
    // Undone in reverse order: what still runs is ended before its folder goes.
    own(dispose);
    return {
      service: {
        workspace: {
          target: 'local',
          root,
          realpath: (path) => places.real(path),
          files: createFiles(places),
          beside: async (folder) => createFiles(createPlaces(await openFolder(folder))),
          exec,
          start,
        },
      },
    };
  },
});
