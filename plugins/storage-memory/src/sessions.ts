import {
  pathTo,
  type SessionEntry,
  type SessionInfo,
  type SessionStore,
  snippetOf,
  storageError,
  textOfBody,
} from '@rustic-ai/kernel/contracts';
import { matcher } from './text.js';

/** `json` is a whole entry; `order` counts over all sessions. */
interface Kept {
  info: SessionInfo;
  readonly rows: { readonly order: number; readonly json: string }[];
}
const entryOf = (row: { readonly json: string }) => JSON.parse(row.json) as SessionEntry;
const fits = <T>(wanted: T | undefined, found: T) => wanted === undefined || wanted === found;

/** A session store that lives as long as the process. Unit: `now` in ms since 1970. */
export function createSessions(now: () => number): SessionStore {
  const sessions = new Map<string, Kept>();
  let order = 0;
  const need = (session: string): Kept => {
    const kept = sessions.get(session);
    if (!kept) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    return kept;
  };
  const change = (kept: Kept, to: Partial<SessionInfo>) => {
    const updatedAt = new Date(Math.max(now(), Date.parse(kept.info.updatedAt))).toISOString();
    kept.info = { ...kept.info, ...to, updatedAt };
  };
  return {
    async create({ id, title, agent, project, tags }) {
      if (sessions.has(id)) throw storageError('RUSTIC_SESSION_EXISTS', { session: id });
      const at = new Date(now()).toISOString();
      const info: SessionInfo = {
        id,
        ...(title !== undefined && { title }),
        agent,
        ...(project !== undefined && { project }),
        tags: [...tags],
        createdAt: at,
        updatedAt: at,
        entries: 0,
      };
      sessions.set(id, { info, rows: [] });
      return structuredClone(info);
    },
    get: async (id) => structuredClone(sessions.get(id)?.info),
    async list({ project, agent, tag, before, limit = 100 }) {
      return [...sessions.values()]
        .map(({ info }) => info)
        .filter((info) => fits(project, info.project) && fits(agent, info.agent))
        .filter((info) => tag === undefined || info.tags.includes(tag))
        .filter((info) => before === undefined || Date.parse(info.updatedAt) < Date.parse(before))
        .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || (a.id < b.id ? -1 : 1))
        .slice(0, Math.max(0, limit))
        .map((info) => structuredClone(info));
    },
    async append(session, entries, expectedSeq) {
      const kept = need(session);
      const end = kept.rows.length;
      if (!fits(expectedSeq, end))
        throw storageError('RUSTIC_SESSION_BUSY', { session, expected: expectedSeq ?? end, found: end });
      const rows = entries.map(({ id, parent, ts, type, body }, index) =>
        JSON.stringify({ session, seq: end + index + 1, id, parent, ts, type, body }),
      );
      for (const json of rows) kept.rows.push({ order: order++, json });
      if (rows.length > 0) change(kept, { entries: kept.rows.length });
      return kept.rows.length;
    },
    async read(session, { from = 1, last, leaf }) {
      const all = need(session).rows.map(entryOf);
      const entries = (leaf === undefined ? all : pathTo(leaf, all)).filter(({ seq }) => seq >= from);
      return last === undefined ? entries : entries.slice(Math.max(0, entries.length - last));
    },
    async search(query, { session, project, limit = 20 }) {
      const matches = matcher(query);
      const hits: { entry: SessionEntry; snippet: string }[] = [];
      const rows = [...sessions.values()]
        .filter(({ info }) => fits(session, info.id) && fits(project, info.project))
        .flatMap((kept) => kept.rows)
        .sort((a, b) => b.order - a.order);
      for (const row of rows) {
        if (hits.length >= limit) break;
        const entry = entryOf(row);
        const text = textOfBody(entry.body);
        if (matches(text)) hits.push({ entry, snippet: snippetOf(text, query) });
      }
      return hits;
    },
    async update(session, { title, tags }) {
      change(need(session), { ...(title !== undefined && { title }), ...(tags && { tags: [...tags] }) });
    },
    async delete(session) {
      sessions.delete(session);
    },
  };
}
