import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { createSessions } from './sessions.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ deps: { store, host }, config: { waitMs } }) => ({
    service: { session: createSessions({ store, now: () => host.now(), waitMs }) },
  }),
});
