import { setImmediate as nextTurn } from 'node:timers/promises';
import { type NewSessionEntry, pathTo, type SessionEntry, storageError } from '@rustic-ai/kernel/contracts';
import type { Connection } from './connection.js';
import { entryOf, type EntryRow } from './rows.js';

/** Entries read in one step of the event loop. */
const pageSize = 256;

/** Adds entries in one transaction; their text is indexed when somebody searches. Returns the last sequence number. */
export function appendEntries(
  connection: Connection,
  {
    session,
    entries,
    expectedSeq,
    now,
  }: {
    readonly session: string;
    readonly entries: readonly NewSessionEntry[];
    readonly expectedSeq: number | undefined;
    readonly now: () => number;
  },
): Promise<number> {
  const rows = entries.map(({ id, parent = null, ts, type, body }) => [id, parent, ts, type, JSON.stringify(body)]);
  return connection.write((prepare) => {
    const found = prepare<{ entries: number }>('select entries from session where id = ?').get(session)?.entries;
    if (found === undefined) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
    if (expectedSeq !== undefined && expectedSeq !== found)
      throw storageError('RUSTIC_SESSION_BUSY', { session, expected: expectedSeq, found });
    const addEntry = prepare(
      'insert into entry (session, seq, id, parent, ts, type, body) values (?, ?, ?, ?, ?, ?, ?)',
    );
    let seq = found;
    for (const values of rows) addEntry.run(session, ++seq, ...values);
    if (seq > found)
      prepare('update session set entries = ?, updated_at = max(updated_at, ?) where id = ?').run(seq, now(), session);
    return seq;
  });
}

/** Reads page by page, so that a long session does not hold up the event loop. */
async function readFrom(connection: Connection, session: string, start: (end: number) => number) {
  const unknown = () => storageError('RUSTIC_SESSION_UNKNOWN', { session });
  const end = await connection.read(
    (prepare) => prepare<{ entries: number }>('select entries from session where id = ?').get(session)?.entries,
  );
  if (end === undefined) throw unknown();
  const entries: SessionEntry[] = [];
  for (let next = Math.max(1, start(end)); next <= end; next += pageSize) {
    if (entries.length > 0) await nextTurn();
    const last = Math.min(end, next + pageSize - 1);
    const page = await connection.read((prepare) =>
      prepare<EntryRow>('select * from entry where session = ? and seq between ? and ? order by seq')
        .all(session, next, last)
        .map(entryOf),
    );
    if (page.length === 0) throw unknown();
    entries.push(...page);
  }
  return entries;
}

export async function readEntries(
  connection: Connection,
  session: string,
  { from = 1, last, leaf }: { readonly from?: number; readonly last?: number; readonly leaf?: string },
): Promise<readonly SessionEntry[]> {
  if (leaf === undefined)
    return readFrom(connection, session, (end) => Math.max(from, last === undefined ? 1 : end - last + 1));
  const path = pathTo(leaf, await readFrom(connection, session, () => 1)).filter(({ seq }) => seq >= from);
  return last === undefined ? path : path.slice(Math.max(0, path.length - last));
}
