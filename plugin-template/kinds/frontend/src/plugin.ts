import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createFrontend } from './frontend.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ deps: { agents, host }, config: { notes } }) => ({
    service: { frontend: createFrontend({ agents, streams: host.streams ?? process, notes }) },
  }),
});
