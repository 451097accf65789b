import {
  demandText,
  type Json,
  type NewSessionEntry,
  type SessionEntry,
  type SessionInfo,
  textOfBody,
} from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Run } from './database.js';
import { vectorOf } from './words.js';

/** A row of `session`; `tags` is a JSON list. Unit: times in ms since 1970. */
export interface SessionRow {
  readonly id: string;
  readonly title: string | null;
  readonly agent: string;
  readonly project: string | null;
  readonly tags: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly entries: number;
}
/** A row of `entry`; `body` is JSON. */
export interface EntryRow {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  readonly parent: string | null;
  readonly ts: string;
  readonly type: string;
  readonly body: string;
}
export const entryColumns = sql.raw(
  'entry.session, entry.seq, entry.id, entry.parent, entry.ts, entry.type, entry.body',
);

export const infoOf = (row: SessionRow): SessionInfo => ({
  id: row.id,
  ...(row.title !== null && { title: row.title }),
  agent: row.agent,
  ...(row.project !== null && { project: row.project }),
  tags: JSON.parse(row.tags),
  createdAt: new Date(row.created_at).toISOString(),
  updatedAt: new Date(row.updated_at).toISOString(),
  entries: row.entries,
});
export const entryOf = (row: EntryRow): SessionEntry => ({
  session: row.session,
  seq: row.seq,
  id: row.id,
  ...(row.parent !== null && { parent: row.parent }),
  ts: row.ts,
  type: row.type as SessionEntry['type'],
  body: JSON.parse(row.body),
});

/** An entry with its body as JSON and its words, checked. */
export function preparedEntry({ id, parent, ts, type, body }: NewSessionEntry) {
  demandText({ 'id of an entry': id, 'parent of an entry': parent, 'time of an entry': ts });
  const json = JSON.stringify(body);
  return { id, parent: parent ?? null, ts, type, body: json, words: vectorOf(textOfBody(JSON.parse(json) as Json)) };
}
export type PreparedEntry = ReturnType<typeof preparedEntry>;

/** Adds entries in one statement. Returns the last sequence number. */
export async function addEntries(
  run: Run,
  {
    session,
    entries,
    after,
  }: { readonly session: string; readonly entries: readonly PreparedEntry[]; readonly after: number },
): Promise<number> {
  const all = <Key extends keyof PreparedEntry>(key: Key) => entries.map((entry) => entry[key]);
  if (entries.length > 0)
    await run(
      sql`insert into entry (session, seq, id, parent, ts, type, body, words)
        select ${session}, ${after} + n, id, parent, ts, type, body, words::tsvector
        from unnest(${all('id')}::text[], ${all('parent')}::text[], ${all('ts')}::text[], ${all('type')}::text[],
          ${all('body')}::text[], ${all('words')}::text[]) with ordinality as new (id, parent, ts, type, body, words, n)
        order by n`,
    );
  return after + entries.length;
}
/** Throws nothing when the id is taken, and then adds nothing: the caller looks at what comes back. */
export const addSession = (run: Run, row: SessionRow): Promise<readonly SessionRow[]> =>
  run(
    sql<SessionRow>`insert into session (id, title, agent, project, tags, created_at, updated_at, entries)
      values (${row.id}, ${row.title}, ${row.agent}, ${row.project}, ${row.tags}, ${row.created_at}, ${row.updated_at},
        ${row.entries}) on conflict do nothing returning *`,
  );
