import {
  createHolds,
  demandText,
  type NewSessionEntry,
  pathTo,
  type SessionAccount,
  type SessionEntry,
  type SessionInfo,
  sessionMoved,
  type SessionStore,
  snippetOf,
  storageError,
  textOfBody,
} from '@rustic-ai/kernel/contracts';
import { byBytes } from './order.js';
import { keptEntry, type KeptEntry, type KeptSession, type State } from './state.js';
import { matcher } from './text.js';

const entryOf = (row: { readonly json: string }) => JSON.parse(row.json) as SessionEntry;
/** The fields in one order, so that what is equal is equal as JSON. */
const infoOf = (
  given: Omit<SessionInfo, 'title' | 'project'> & { title?: string | undefined; project?: string | undefined },
): SessionInfo => ({
  id: given.id,
  ...(given.title !== undefined && { title: given.title }),
  agent: given.agent,
  ...(given.project !== undefined && { project: given.project }),
  tags: [...given.tags],
  createdAt: given.createdAt,
  updatedAt: given.updatedAt,
  entries: given.entries,
});
/** Entries that come after `end`, whose `order` counts from `order`. */
const rowsOf = (
  session: string,
  entries: readonly NewSessionEntry[],
  { end, order }: { readonly end: number; readonly order: number },
): readonly KeptEntry[] =>
  entries.map((entry, index) => {
    demandText({ 'id of an entry': entry.id, 'parent of an entry': entry.parent, 'time of an entry': entry.ts });
    return keptEntry(order + index, { session, seq: end + index + 1, ...entry });
  });
/** Whether a time, ISO 8601, is within others. */
const isWithin = (ts: string, since: string | undefined, before: string | undefined) =>
  (since === undefined || Date.parse(ts) >= Date.parse(since)) &&
  (before === undefined || Date.parse(ts) < Date.parse(before));
const fits = <T>(wanted: T | undefined, found: T) => wanted === undefined || wanted === found;

/** A session store that lives as long as the process. Unit: `now` in ms since 1970. */
export function createSessions(state: State, now: () => number): SessionStore {
  const need = (session: string): KeptSession => {
    const kept = state.sessions.get(session);
    if (!kept) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    return kept;
  };
  const change = (kept: KeptSession, to: Partial<SessionInfo>) => {
    const updatedAt = new Date(Math.max(now(), Date.parse(kept.info.updatedAt))).toISOString();
    const { title, project, ...rest } = kept.info;
    kept.info = infoOf({ title, project, ...rest, ...to, updatedAt });
  };
  return {
    async create({ id, title, agent, project, tags }) {
      demandText({ id, title, agent, project, tag: tags });
      if (state.sessions.has(id)) throw storageError('RUSTIC_SESSION_EXISTS', { session: id });
      const at = new Date(now()).toISOString();
      const info = infoOf({ id, title, agent, project, tags, createdAt: at, updatedAt: at, entries: 0 });
      state.sessions.set(id, { info, rows: [] });
      return structuredClone(info);
    },
    get: async (id) => structuredClone(state.sessions.get(id)?.info),
    async list({ project, agent, tag, before, limit = 100 }) {
      return [...state.sessions.values()]
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
      if (!fits(expectedSeq, end)) throw sessionMoved(session, expectedSeq ?? end, end);
      const rows = rowsOf(session, entries, { end, order: state.order });
      state.order += rows.length;
      for (const row of rows) kept.rows.push(row);
      if (rows.length > 0) {
        change(kept, { entries: kept.rows.length });
        state.tell({ of: 'session', session, seq: kept.rows.length });
      }
      return kept.rows.length;
    },
    async read(session, { from = 1, last, leaf }) {
      const all = need(session).rows.map(entryOf);
      const entries = (leaf === undefined ? all : pathTo(leaf, all)).filter(({ seq }) => seq >= from);
      return last === undefined ? entries : entries.slice(Math.max(0, entries.length - last));
    },
    async search(query, { session, project, since, before, limit = 20 }) {
      const matches = matcher(query);
      const hits: { entry: SessionEntry; snippet: string }[] = [];
      const rows = [...state.sessions.values()]
        .filter(({ info }) => fits(session, info.id) && fits(project, info.project))
        .flatMap((kept) => kept.rows)
        .sort((a, b) => b.order - a.order);
      for (const row of rows) {
        if (hits.length >= limit) break;
        const entry = entryOf(row);
        const text = textOfBody(entry.body);
        if (isWithin(entry.ts, since, before) && matches(text)) hits.push({ entry, snippet: snippetOf(text, query) });
      }
      return hits;
    },
    async accounts({ session, project }) {
      return [...state.sessions]
        .toSorted(byBytes)
        .filter(([id, { info }]) => fits(session, id) && fits(project, info.project))
        .flatMap(([, { rows }]) => rows.flatMap(({ told }) => (told ? [JSON.parse(told) as SessionAccount] : [])));
    },
    async sizes({ project }) {
      const kept = [...state.sessions].filter(([, { info }]) => fits(project, info.project));
      return new Map(kept.map(([id, { rows }]) => [id, rows.reduce((sum, { bytes }) => sum + bytes, 0)]));
    },
    async update(session, { title, tags }) {
      demandText({ title, tag: tags });
      change(need(session), { ...(title !== undefined && { title }), ...(tags && { tags: [...tags] }) });
    },
    async delete(session) {
      if (state.sessions.delete(session)) state.tell({ of: 'session', session, seq: 0 });
    },
    async restore({ id, title, agent, project, tags, createdAt, updatedAt }, entries) {
      demandText({ id, title, agent, project, tag: tags });
      if (state.sessions.has(id)) throw storageError('RUSTIC_SESSION_EXISTS', { session: id });
      const rows = rowsOf(id, entries, { end: 0, order: state.order });
      state.order += rows.length;
      const times = { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
      const info = infoOf({ id, title, agent, project, tags, ...times, entries: entries.length });
      state.sessions.set(id, { info, rows: [...rows] });
      if (rows.length > 0) state.tell({ of: 'session', session: id, seq: rows.length });
    },
    hold: createHolds(),
  };
}
