import {
  demandText,
  type Json,
  type NewSessionEntry,
  type SessionEntry,
  type SessionRow,
  textOfBody,
  toldBy,
} from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Run } from './work.js';
import { vectorOf } from './words.js';

export const entryColumns = sql.raw(
  'entry.session, entry.seq, entry.id, entry.parent, entry.ts, entry.type, entry.body',
);

/** What an entry is to accounts, as JSON. */
export function accountOf(type: SessionEntry['type'], body: Json): string | null {
  const told = toldBy({ type, body });
  return told === undefined ? null : JSON.stringify(told);
}

/** An entry with its body as JSON, its words and its account, checked. */
export function preparedEntry({ id, parent, ts, type, body }: NewSessionEntry) {
  demandText({ 'id of an entry': id, 'parent of an entry': parent, 'time of an entry': ts });
  const json = JSON.stringify(body);
  const kept = JSON.parse(json) as Json;
  const words = vectorOf(textOfBody(kept));
  return { id, parent: parent ?? null, ts, type, body: json, words, account: accountOf(type, kept) };
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
      sql`insert into entry (session, seq, id, parent, ts, type, body, words, account)
        select ${session}, ${after} + n, id, parent, ts, type, body, words::tsvector, account
        from unnest(${all('id')}::text[], ${all('parent')}::text[], ${all('ts')}::text[], ${all('type')}::text[],
          ${all('body')}::text[], ${all('words')}::text[], ${all('account')}::text[])
          with ordinality as new (id, parent, ts, type, body, words, account, n)
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
