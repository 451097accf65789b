import { runHeld, sessionHeld } from '@rustic-ai/kernel/contracts';
import { createAuditLog } from './audit.js';
import { createDatabase } from './database.js';
import { createGrants } from './grants.js';
import { createHold, createLocks } from './hold.js';
import { createPrompts } from './prompts.js';
import { createRuns } from './runs.js';
import { createSessions } from './sessions.js';
import { createStorage } from './storage.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';
import { createVectors } from './vectors.js';
import type { Work } from './work.js';

/** Everything this plugin provides, over one pool of connections. Unit: `now` in ms since 1970. */
export function createServices({
  now,
  monotonicMs,
  ...given
}: Parameters<typeof createDatabase>[0] & { readonly now: () => number; readonly monotonicMs: () => number }) {
  const database = createDatabase(given);
  const locks = { tryLock: createLocks(database), monotonicMs };
  const holds = {
    sessions: createHold(database, { kind: 'session', refusal: sessionHeld, ...locks }),
    runs: createHold(database, { kind: 'run', refusal: runHeld, ...locks }),
  };
  const domainsOf = (work: Work) => ({
    sessions: createSessions(work, { now, hold: holds.sessions }),
    values: createValues(work),
    grants: createGrants(work),
    audit: createAuditLog(work),
    trace: createHookTrace(work),
    runs: createRuns(work, { now, hold: holds.runs }),
    prompts: createPrompts(work, now),
    vectors: createVectors(work),
  });
  const { sessions, values, trace, ...others } = domainsOf(database);
  return {
    services: {
      'session.store': sessions,
      'key-value': values,
      'hook.trace': trace,
      ...others,
      storage: createStorage(database, domainsOf),
    },
    close: () => database.close(),
  };
}
