import { type SessionStore, storageError } from '@rustic-ai/kernel/contracts';
import type { Connection } from './connection.js';
import { appendEntries, readEntries } from './entries.js';
import { infoOf, type SessionRow } from './rows.js';
import { forgetRows, searchEntries } from './search.js';
import { matchOf } from './text.js';

/** A session store in the database of the connection. Unit: `now` in ms since 1970. */
export const createSessions = (connection: Connection, now: () => number): SessionStore => ({
  create: ({ id, title = null, agent, project = null, tags }) =>
    connection.write((prepare) => {
      if (prepare('select 1 from session where id = ?').get(id))
        throw storageError('RUSTIC_SESSION_EXISTS', { session: id });
      const at = now();
      const row = { id, title, agent, project, tags: JSON.stringify(tags), created_at: at, updated_at: at, entries: 0 };
      prepare(
        `insert into session (id, title, agent, project, tags, created_at, updated_at, entries)
         values (@id, @title, @agent, @project, @tags, @created_at, @updated_at, @entries)`,
      ).run(row);
      return infoOf(row);
    }),
  get: (id) =>
    connection.read((prepare) => {
      const row = prepare<SessionRow>('select * from session where id = ?').get(id);
      return row && infoOf(row);
    }),
  async list(filter) {
    const { listQuery } = await import('./queries.js');
    const { sql, parameters } = listQuery(filter);
    return connection.read((prepare) =>
      prepare<SessionRow>(sql)
        .all(...parameters)
        .map(infoOf),
    );
  },
  append: async (session, entries, expectedSeq) => appendEntries(connection, { session, entries, expectedSeq, now }),
  read: (session, range) => readEntries(connection, session, range),
  async search(query, filter) {
    const match = matchOf(query);
    return match === undefined ? [] : searchEntries(connection, { match, query, filter });
  },
  update: (session, { title = null, tags }) =>
    connection.write((prepare) => {
      const { changes } = prepare(
        `update session set title = coalesce(?, title), tags = coalesce(?, tags), updated_at = max(updated_at, ?)
         where id = ?`,
      ).run(title, tags ? JSON.stringify(tags) : null, now(), session);
      if (changes === 0) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    }),
  delete: (session) =>
    connection.write((prepare) => {
      prepare('delete from entry_text where rowid in (select row from entry where session = ?)').run(session);
      prepare('delete from session where id = ?').run(session);
      forgetRows(prepare);
    }),
});
