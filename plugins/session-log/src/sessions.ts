import { type SessionInfo, type Sessions, type SessionStore, storageError } from '@rustic-ai/kernel/contracts';
import { forkSession } from './fork.js';
import { createRandomId, newSessionId } from './ids.js';
import { createLog } from './log.js';
import { deleteSession, pruneSessions } from './prune.js';
import { usageIn } from './usage.js';

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

/** Sessions as an agent and a person use them. Unit: `now` in ms since 1970; `waitMs`: for who holds a session. */
export function createSessions(
  store: SessionStore,
  { now, waitMs }: { readonly now: () => number; readonly waitMs: number },
): Sessions {
  const randomId = createRandomId();
  const made = { now, randomId, waitMs };
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
    async search(query, { session, ...filter }) {
      const within = session === undefined ? {} : { session: (await find(store, session)).id };
      return store.search(query, { ...filter, ...within });
    },
    async fork(idOrPrefix, { at } = {}) {
      const info = await find(store, idOrPrefix);
      return createLog(store, await forkSession(store, { info, at }, made), made);
    },
    restore: (info, entries) => store.restore(info, entries),
    async delete(idOrPrefix) {
      const info = await find(store, idOrPrefix);
      await deleteSession(store, info.id);
      return info;
    },
    prune: (limits) => pruneSessions(store, limits),
    async usage({ session, ...filter }) {
      const within = session === undefined ? {} : { session: (await find(store, session)).id };
      return usageIn(store, { ...filter, ...within });
    },
  };
}
