import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createChanges } from './change.js';
import { listFolder, sayListing } from './list.js';
import type manifest from './manifest.js';
import { createPins } from './pins.js';
import { editing, writing } from './plans.js';
import { readLines, sayLines } from './read.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { workspace } }) {
    const { files } = workspace;
    const pins = createPins(workspace);
    const changes = createChanges(workspace, pins);
    return {
      tool: {
        fs_read: {
          access: ({ path }, call) => pins.access(['fs.read'], path, call),
          async run({ path, offset = 1, limit = 2_000 }, call) {
            await pins.check(path, call);
            const lines = await readLines({ read: files.read, path, offset, limit, signal: call.signal });
            return { parts: [{ type: 'text', text: sayLines(lines, offset) }] };
          },
        },
        fs_list: {
          access: ({ path = '.' }, call) => pins.access(['fs.read'], path, call),
          async run({ path = '.' }, call) {
            await pins.check(path, call);
            const listing = await listFolder(files.list, path, call.signal);
            return { parts: [{ type: 'text', text: sayListing(listing) }], data: { ...listing } };
          },
        },
        fs_write: {
          access: ({ path }, call) => pins.access(['fs.read', 'fs.write'], path, call),
          preview: (input, call) => changes.preview(writing(input), call),
          run: (input, call) => changes.run(writing(input), call),
        },
        fs_edit: {
          access: ({ path }, call) => pins.access(['fs.read', 'fs.write'], path, call),
          preview: (input, call) => changes.preview(editing(input), call),
          run: (input, call) => changes.run(editing(input), call),
        },
      },
    };
  },
});
