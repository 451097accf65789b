import { createAuditLog } from './audit.js';
import { createGrants } from './grants.js';
import { createPrompts } from './prompts.js';
import { createRuns } from './runs.js';
import { createSessions } from './sessions.js';
import type { State } from './state.js';
import { createHookTrace } from './trace.js';
import { createValues } from './values.js';
import { createVectors } from './vectors.js';

/** All domains over one state. Unit: `now` in ms since 1970. */
export const createDomains = (state: State, now: () => number) => ({
  sessions: createSessions(state, now),
  values: createValues(state),
  grants: createGrants(state),
  audit: createAuditLog(state),
  trace: createHookTrace(state),
  runs: createRuns(state, now),
  prompts: createPrompts(state, now),
  vectors: createVectors(state),
});
export type Domains = ReturnType<typeof createDomains>;
