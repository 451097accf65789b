import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createAuditLog } from './audit.js';
import { createGrants } from './grants.js';
import type manifest from './manifest.js';
import { createSessions } from './sessions.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ deps }) => ({
    service: {
      'session.store': createSessions(() => deps.host.now()),
      'key-value': createValues(),
      grants: createGrants(),
      audit: createAuditLog(),
      'hook.trace': createHookTrace(),
    },
  }),
});
