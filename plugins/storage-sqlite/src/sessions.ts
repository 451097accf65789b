import {
  areNames,
  demandText,
  type SessionInfo,
  sessionOfRow,
  type SessionRow,
  type SessionStore,
  storageError,
} from '@rustic-ai/kernel/contracts';
import { createAccounts } from './accounts.js';
import type { Prepare, Work } from './connection.js';
import { addRows, appendEntries, readEntries, rowOf } from './entries.js';
import { noteGone } from './gone.js';
import { forgetRows, searchEntries } from './search.js';
import { matchOf } from './text.js';

/** Throws: `RUSTIC_SESSION_EXISTS`, `RUSTIC_STORAGE_TEXT`. */
function addSession(
  prepare: Prepare,
  { id, title, agent, project, tags }: Omit<SessionInfo, 'entries' | 'createdAt' | 'updatedAt'>,
  times: Pick<SessionRow, 'created_at' | 'updated_at'>,
): SessionRow {
  if (prepare('select 1 from session where id = ?').get(id))
    throw storageError('RUSTIC_SESSION_EXISTS', { session: id });
  const row = { id, title: title ?? null, agent, project: project ?? null, tags: JSON.stringify(tags), ...times };
  prepare(
    `insert into session (id, title, agent, project, tags, created_at, updated_at)
     values (@id, @title, @agent, @project, @tags, @created_at, @updated_at)`,
  ).run(row);
  return { ...row, entries: 0 };
}
const demandNames = ({ id, title, agent, project, tags }: Parameters<SessionStore['create']>[0]) =>
  demandText({ id, title, agent, project, tag: tags });

/** A session store in the database of the connection. Unit: `now` in ms since 1970. */
export const createSessions = (
  connection: Work,
  { now, hold }: { readonly now: () => number; readonly hold: SessionStore['hold'] },
): SessionStore => ({
  async create(info) {
    demandNames(info);
    return connection.write((prepare) => {
      const at = now();
      return sessionOfRow(addSession(prepare, info, { created_at: at, updated_at: at }));
    });
  },
  async restore(info, entries) {
    demandNames(info);
    const rows = entries.map(rowOf);
    const times = { created_at: Date.parse(info.createdAt), updated_at: Date.parse(info.updatedAt) };
    await connection.write((prepare) => {
      addSession(prepare, info, times);
      addRows(prepare, { session: info.id, rows, after: 0, at: times.updated_at });
    });
  },
  hold,
  async get(id) {
    if (!areNames(id)) return undefined;
    return connection.read((prepare) => {
      const row = prepare<SessionRow>('select * from session_now where id = ?').get(id);
      return row && sessionOfRow(row);
    });
  },
  async list(filter) {
    if (!areNames(filter.project, filter.agent, filter.tag)) return [];
    const { listQuery } = await import('./queries.js');
    const { sql, parameters } = listQuery(filter);
    return connection.read((prepare) =>
      prepare<SessionRow>(sql)
        .all(...parameters)
        .map(sessionOfRow),
    );
  },
  append: async (session, entries, expectedSeq) => appendEntries(connection, { session, entries, expectedSeq, now }),
  read: (session, range) => readEntries(connection, session, range),
  async search(query, filter) {
    const match = matchOf(query);
    return match === undefined || !areNames(filter.session, filter.project)
      ? []
      : searchEntries(connection, { match, query, filter });
  },
  ...createAccounts(connection),
  async update(session, { title = null, tags }) {
    demandText({ title, tag: tags });
    if (!areNames(session)) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    await connection.write((prepare) => {
      const { changes } = prepare(
        `update session set title = coalesce(?, title), tags = coalesce(?, tags),
         updated_at = max((select updated_at from session_now where session_now.id = session.id), ?) where id = ?`,
      ).run(title, tags ? JSON.stringify(tags) : null, now(), session);
      if (changes === 0) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    });
  },
  async delete(session) {
    if (!areNames(session)) return;
    await connection.write((prepare) => {
      prepare('delete from entry_text where rowid in (select row from entry where session = ?)').run(session);
      const { changes } = prepare('delete from session where id = ?').run(session);
      if (changes > 0) noteGone(prepare, { session });
      forgetRows(prepare);
    });
  },
});
