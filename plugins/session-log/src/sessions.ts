import { type SessionInfo, type Sessions, type SessionStore, storageError } from '@rustic-ai/kernel/contracts';
import { createRandomId, newSessionId } from './ids.js';
import { createLog } from './log.js';

/** How many of the sessions that begin alike an error names. */
const namedMatches = 10;

/** Finds a session by its id or a unique beginning of it. */
async function find(store: SessionStore, idOrPrefix: string): Promise<SessionInfo> {
  const exact = await store.get(idOrPrefix);
  if (exact) return exact;
  const all = idOrPrefix === '' ? [] : await store.list({ limit: Number.MAX_SAFE_INTEGER });
  const [match, ...others] = all.filter(({ id }) => id.startsWith(idOrPrefix));
  if (!match) throw storageError('RUSTIC_SESSION_UNKNOWN', { session: idOrPrefix });
  if (others.length > 0) {
    const matches = [match, ...others].slice(0, namedMatches).map(({ id }) => id);
    throw storageError('RUSTIC_SESSION_PREFIX', { session: idOrPrefix, matches });
  }
  return match;
}

/** Sessions as an agent uses them. Unit: `now` in ms since 1970. */
export function createSessions(store: SessionStore, now: () => number): Sessions {
  const randomId = createRandomId();
  const made = { now, randomId };
  return {
    async create({ agent, title, project, tags = [] }) {
      const given = { agent, ...(title !== undefined && { title }), ...(project !== undefined && { project }), tags };
      const info = await store.create({ id: newSessionId(now(), randomId), ...given });
      return createLog(store, { info, last: undefined }, made);
    },
    async open(idOrPrefix) {
      const info = await find(store, idOrPrefix);
      const [last] = await store.read(info.id, { last: 1 });
      return createLog(store, { info, last }, made);
    },
    list: (filter) => store.list(filter),
  };
}
