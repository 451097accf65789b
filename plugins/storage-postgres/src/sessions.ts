import {
  areNames,
  demandText,
  entryOfRow,
  type EntryRow,
  pathTo,
  type SessionAccount,
  type SessionInfo,
  sessionMoved,
  sessionOfRow,
  type SessionRow,
  type SessionStore,
  snippetOf,
  storageError,
  textOfBody,
} from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Work } from './work.js';
import { addEntries, addSession, entryColumns, preparedEntry } from './rows.js';
import { queryOf } from './words.js';

type Names = Parameters<SessionStore['create']>[0];
const isoOf = (time: string) => new Date(time).toISOString();
const unknown = (session: string) => storageError('RUSTIC_SESSION_UNKNOWN', { session });

function rowOf(
  { id, title, agent, project, tags }: Names,
  counts: Pick<SessionRow, 'created_at' | 'updated_at' | 'entries'>,
): SessionRow {
  demandText({ id, title, agent, project, tag: tags });
  return { id, title: title ?? null, agent, project: project ?? null, tags: JSON.stringify(tags), ...counts };
}

/** A session store in the schema. Unit: `now` in ms since 1970. */
export const createSessions = (
  database: Work,
  { now, hold }: { readonly now: () => number; readonly hold: SessionStore['hold'] },
): SessionStore => ({
  async create(info) {
    const at = now();
    const row = rowOf(info, { created_at: at, updated_at: at, entries: 0 });
    const [added] = await database.write(info.id, (run) => addSession(run, row));
    if (!added) throw storageError('RUSTIC_SESSION_EXISTS', { session: info.id });
    return sessionOfRow(added);
  },
  async restore(info: SessionInfo, entries) {
    const times = { created_at: Date.parse(info.createdAt), updated_at: Date.parse(info.updatedAt) };
    const row = rowOf(info, { ...times, entries: entries.length });
    const prepared = entries.map(preparedEntry);
    await database.write(info.id, async (run) => {
      const [added] = await addSession(run, row);
      if (!added) throw storageError('RUSTIC_SESSION_EXISTS', { session: info.id });
      await addEntries(run, { session: info.id, entries: prepared, after: 0 });
    });
  },
  async get(id) {
    if (!areNames(id)) return undefined;
    const [row] = await database.read((run) => run(sql<SessionRow>`select * from session where id = ${id}`));
    return row && sessionOfRow(row);
  },
  async list({ project = null, agent = null, tag = null, before, limit = 100 }) {
    if (!areNames(project, agent, tag)) return [];
    const end = before === undefined ? null : Date.parse(before);
    const rows = await database.read((run) =>
      run(sql<SessionRow>`select * from session
        where (${project}::text is null or project = ${project}) and (${agent}::text is null or agent = ${agent})
        and (${tag}::text is null or jsonb_exists(tags::jsonb, ${tag})) and (${end}::bigint is null or updated_at < ${end})
        order by updated_at desc, id limit ${Math.max(0, limit)}`),
    );
    return rows.map(sessionOfRow);
  },
  async append(session, entries, expectedSeq) {
    const prepared = entries.map(preparedEntry);
    if (!areNames(session)) throw unknown(session);
    return database.write(session, async (run) => {
      const [kept] = await run(sql<{ entries: number }>`select entries from session where id = ${session} for update`);
      if (!kept) throw unknown(session);
      if (expectedSeq !== undefined && expectedSeq !== kept.entries)
        throw sessionMoved(session, expectedSeq, kept.entries);
      const seq = await addEntries(run, { session, entries: prepared, after: kept.entries });
      if (seq > kept.entries)
        await run(
          sql`update session set entries = ${seq}, updated_at = greatest(updated_at, ${now()}) where id = ${session}`,
        );
      return seq;
    });
  },
  async read(session, { from = 1, last, leaf }) {
    if (!areNames(session)) throw unknown(session);
    // With a leaf, all of them are needed to find its ancestors.
    const [start, count] = leaf === undefined ? [from, last ?? null] : [1, null];
    const rows = await database.read(async (run) => {
      const [kept] = await run(sql<{ entries: number }>`select entries from session where id = ${session}`);
      if (!kept) throw unknown(session);
      const first = count === null ? start : Math.max(start, kept.entries - count + 1);
      return run(
        sql<EntryRow>`select ${entryColumns} from entry
          where session = ${session} and seq between ${first} and ${kept.entries} order by seq`,
      );
    });
    if (leaf === undefined) return rows.map(entryOfRow);
    const path = pathTo(leaf, rows.map(entryOfRow)).filter(({ seq }) => seq >= from);
    return last === undefined ? path : path.slice(Math.max(0, path.length - last));
  },
  async search(query, { session = null, project = null, since, before, limit = 20 }) {
    const match = queryOf(query);
    if (match === undefined || !areNames(session, project)) return [];
    const [start, end] = [since, before].map((time) => (time === undefined ? null : isoOf(time)));
    const rows = await database.read((run) =>
      run(sql<EntryRow>`select ${entryColumns} from entry join session on session.id = entry.session
        where words @@ ${match}::tsquery and (${session}::text is null or entry.session = ${session})
        and (${project}::text is null or session.project = ${project})
        and (${start}::text is null or ts >= ${start}) and (${end}::text is null or ts < ${end})
        order by row desc limit ${Math.max(0, limit)}`),
    );
    return rows.map((row) => {
      const entry = entryOfRow(row);
      return { entry, snippet: snippetOf(textOfBody(entry.body), query) };
    });
  },
  async accounts({ session = null, project = null }) {
    if (!areNames(session, project)) return [];
    const rows = await database.read((run) =>
      run(sql<{ session: string; seq: number; ts: string; account: string }>`select session, seq, ts, account from entry
        where account is not null and (${session}::text is null or session = ${session})
        and (${project}::text is null or session in (select id from session where project = ${project}))
        order by session, seq`),
    );
    return rows.map(({ account, ...row }) => ({ ...row, told: JSON.parse(account) as SessionAccount['told'] }));
  },
  async sizes({ project = null }) {
    if (!areNames(project)) return new Map();
    const rows = await database.read((run) =>
      run(sql<{ id: string; bytes: number }>`select session.id, coalesce(sum(octet_length(body)), 0)::bigint as bytes
        from session left join entry on entry.session = session.id
        where ${project}::text is null or project = ${project} group by session.id`),
    );
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  },
  async update(session, { title = null, tags }) {
    demandText({ title, tag: tags });
    if (!areNames(session)) throw unknown(session);
    const json = tags ? JSON.stringify(tags) : null;
    const changed = await database.write(session, (run) =>
      run(sql`update session set title = coalesce(${title}, title), tags = coalesce(${json}, tags),
        updated_at = greatest(updated_at, ${now()}) where id = ${session} returning id`),
    );
    if (changed.length === 0) throw unknown(session);
  },
  async delete(session) {
    if (areNames(session)) await database.write(session, (run) => run(sql`delete from session where id = ${session}`));
  },
  hold,
});
