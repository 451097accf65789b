import { createAuditLog } from './audit.js';
import { createDatabase } from './database.js';
import { createGrants } from './grants.js';
import { createHold } from './hold.js';
import { createSessions } from './sessions.js';
import { createStorage } from './storage.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';

/** Everything this plugin provides, over one pool of connections. Unit: `now` in ms since 1970. */
export function createServices({
  now,
  monotonicMs,
  ...given
}: Parameters<typeof createDatabase>[0] & { readonly now: () => number; readonly monotonicMs: () => number }) {
  const database = createDatabase(given);
  return {
    services: {
      'session.store': createSessions(database, { now, hold: createHold(database, monotonicMs) }),
      'key-value': createValues(database),
      grants: createGrants(database),
      audit: createAuditLog(database),
      'hook.trace': createHookTrace(database),
      storage: createStorage(database),
    },
    close: () => database.close(),
  };
}
