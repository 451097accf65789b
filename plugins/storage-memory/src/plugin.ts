import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createAuditLog } from './audit.js';
import { createGrants } from './grants.js';
import type manifest from './manifest.js';
import { createSessions } from './sessions.js';
import { createState } from './state.js';
import { createStorage } from './storage.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps }) {
    const state = createState();
    return {
      service: {
        'session.store': createSessions(state, () => deps.host.now()),
        'key-value': createValues(state),
        grants: createGrants(state),
        audit: createAuditLog(state),
        'hook.trace': createHookTrace(state),
        storage: createStorage(state),
      },
    };
  },
});
