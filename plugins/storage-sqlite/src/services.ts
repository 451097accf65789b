import { runHeld, sessionHeld } from '@rustic-ai/kernel/contracts';
import { createAuditLog } from './audit.js';
import type { Connection, Work } from './connection.js';
import { createGrants } from './grants.js';
import { createHold } from './hold.js';
import { createPrompts } from './prompts.js';
import { createRuns } from './runs.js';
import { createSessions } from './sessions.js';
import { createStorage } from './storage.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';
import { createVectors } from './vectors.js';

/** Everything this plugin provides, over one file. Unit: `now` in ms since 1970. */
export function createServices(
  connection: Connection,
  { file, ...clock }: { readonly file: string; readonly now: () => number; readonly monotonicMs: () => number },
) {
  const { now } = clock;
  const locks = { file, monotonicMs: clock.monotonicMs, onClose: connection.onClose };
  const holds = {
    sessions: createHold({ ...locks, nameOf: (session) => session, refusal: sessionHeld }),
    // No session has a zero in its name.
    runs: createHold({ ...locks, nameOf: (run) => `run\0${run}`, refusal: runHeld }),
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
  const { sessions, values, trace, ...others } = domainsOf(connection);
  return {
    'session.store': sessions,
    'key-value': values,
    'hook.trace': trace,
    ...others,
    storage: createStorage(connection, { file, domainsOf }),
  };
}
