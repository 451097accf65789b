import { randomUUID } from 'node:crypto';
import { type SessionInfo, type Sessions, type SessionStore, storageError } from '@rustic-ai/kernel/contracts';
import { fork } from './fork.js';
import { openLog, type Parts } from './log.js';
import { prune, remove } from './prune.js';
import { usageIn } from './usage.js';

/** Sessions as agents and people use them, over a store. */
export function createSessions(parts: Parts): Sessions {
  const { store } = parts;
  const find = (idOrPrefix: string) => findIn(store, idOrPrefix);
  const within = async (session: string | undefined) =>
    session === undefined ? {} : { session: (await find(session)).id };
  return {
    create: async ({ tags = [], ...request }) =>
      openLog(await store.create({ id: randomUUID(), tags, ...request }), parts),
    open: async (idOrPrefix) => openLog(await find(idOrPrefix), parts),
    list: (filter) => store.list(filter),
    search: async (query, { session, ...filter }) => store.search(query, { ...filter, ...(await within(session)) }),
    fork: async (idOrPrefix, { at } = {}) => openLog(await fork(await find(idOrPrefix), at, parts), parts),
    restore: (info, entries) => store.restore(info, entries),
    async delete(idOrPrefix) {
      const info = await find(idOrPrefix);
      await remove(store, info.id);
      return info;
    },
    prune: (limits) => prune(store, limits),
    usage: async ({ session, project, ...times }) =>
      usageIn(await store.accounts({ ...(project !== undefined && { project }), ...(await within(session)) }), times),
  };
}

/** A session by its id or a beginning that only it has. Throws: `RUSTIC_SESSION_UNKNOWN`, `RUSTIC_SESSION_PREFIX`. */
async function findIn(store: SessionStore, idOrPrefix: string): Promise<SessionInfo> {
  const exact = await store.get(idOrPrefix);
  if (exact) return exact;
  const all = idOrPrefix === '' ? [] : await store.list({ limit: Number.MAX_SAFE_INTEGER });
  const [found, ...others] = all.filter(({ id }) => id.startsWith(idOrPrefix));
  if (!found) throw storageError('RUSTIC_SESSION_UNKNOWN', { session: idOrPrefix });
  if (others.length === 0) return found;
  const matches = [found, ...others].slice(0, 10).map(({ id }) => id);
  throw storageError('RUSTIC_SESSION_PREFIX', { session: idOrPrefix, matches });
}
