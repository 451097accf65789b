import { resolve } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createAuditLog } from './audit.js';
import { createConnection } from './connection.js';
import { createGrants } from './grants.js';
import { createHold } from './hold.js';
import type manifest from './manifest.js';
import { createSessions } from './sessions.js';
import { createStorage } from './storage.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { host }, config, own }) {
    const file = config.path === ':memory:' ? config.path : resolve(host.folders.data, config.path);
    const connection = createConnection({
      file,
      lockTimeoutMs: config.lockTimeoutMs,
      monotonicMs: () => host.monotonicMs(),
    });
    own(() => connection.close());
    return {
      service: {
        'session.store': createSessions(connection, {
          now: () => host.now(),
          hold: createHold(file, () => host.monotonicMs()),
        }),
        'key-value': createValues(connection),
        grants: createGrants(connection),
        audit: createAuditLog(connection),
        'hook.trace': createHookTrace(connection),
        storage: createStorage(connection, file),
      },
    };
  },
});
