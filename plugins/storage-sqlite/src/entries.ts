import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  areNames,
  demandText,
  entryOfRow,
  type EntryRow,
  type NewSessionEntry,
  pathTo,
  type SessionEntry,
  sessionMoved,
  storageError,
} from '@rustic-ai/kernel/contracts';
import type { Prepare, Work } from './connection.js';

/** Entries read in one step of the event loop. */
const pageSize = 256;

type Row = readonly (string | null)[];

interface End {
  readonly seq: number;
  readonly at: number;
}
/** Where a session ends. Undefined: there is no such session. Unit: `at` in ms since 1970, 0 when it is empty. */
function endOf(prepare: Prepare, session: string): End | undefined {
  if (!areNames(session)) return undefined;
  const last = prepare<End>('select seq, at from entry where session = ? order by seq desc limit 1').get(session);
  return last ?? (prepare('select 1 from session where id = ?').get(session) ? { seq: 0, at: 0 } : undefined);
}
export function rowOf({ id, parent, ts, type, body }: NewSessionEntry): Row {
  demandText({ 'id of an entry': id, 'parent of an entry': parent, 'time of an entry': ts });
  return [id, parent ?? null, ts, type, JSON.stringify(body)];
}

/** Returns the last sequence number. */
export function addRows(
  prepare: Prepare,
  given: { readonly session: string; readonly rows: readonly Row[]; readonly after: number; readonly at: number },
): number {
  const { session, rows, after, at } = given;
  const add = prepare(
    'insert into entry (session, seq, id, parent, ts, type, body, at) values (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  let seq = after;
  for (const values of rows) add.run(session, ++seq, ...values, at);
  return seq;
}

/** Adds entries in one transaction; their text is indexed when somebody searches. Returns the last sequence number. */
export function appendEntries(
  connection: Work,
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
  const rows = entries.map(rowOf);
  const append = () =>
    connection.write((prepare) => {
      const end = endOf(prepare, session);
      if (end === undefined) throw storageError('RUSTIC_SESSION_UNKNOWN', { session });
      if (expectedSeq !== undefined && expectedSeq !== end.seq) throw sessionMoved(session, expectedSeq, end.seq);
      return addRows(prepare, { session, rows, after: end.seq, at: Math.max(now(), end.at) });
    });
  if (rows.length === 0 || !expectedSeq || !areNames(session)) return append();
  const at = now();
  const addAll = (prepare: Prepare) => {
    for (const [index, row] of rows.entries()) {
      const after = expectedSeq + index;
      if (addNext(prepare, { session, row, after, at })) continue;
      if (index === 0) return false;
      // The first was the next one, so it is this entry that can't be added: said like any other.
      addRows(prepare, { session, rows: [row], after, at });
    }
    return true;
  };
  const added = rows.length === 1 ? connection.writeOne(addAll) : connection.write(addAll);
  return added.then((isNext) => (isNext ? expectedSeq + rows.length : append()));
}

/** Adds an entry if the session ends where its writer thinks, which most do: one statement. */
function addNext(
  prepare: Prepare,
  {
    session,
    row,
    after,
    at,
  }: { readonly session: string; readonly row: Row; readonly after: number; readonly at: number },
): boolean {
  const add = prepare(
    `insert or ignore into entry (session, seq, id, parent, ts, type, body, at)
     select ?, seq + 1, ?, ?, ?, ?, ?, max(?, at) from entry where session = ? and seq = ?`,
  );
  return add.run(session, ...row, at, session, after).changes === 1;
}

/** Reads page by page, so that a long session does not hold up the event loop. */
async function readFrom(connection: Work, session: string, start: (end: number) => number) {
  const unknown = () => storageError('RUSTIC_SESSION_UNKNOWN', { session });
  const end = await connection.read((prepare) => endOf(prepare, session)?.seq);
  if (end === undefined) throw unknown();
  const entries: SessionEntry[] = [];
  for (let next = Math.max(1, start(end)); next <= end; next += pageSize) {
    if (entries.length > 0) await nextTurn();
    const last = Math.min(end, next + pageSize - 1);
    const page = await connection.read((prepare) =>
      prepare<EntryRow>('select * from entry where session = ? and seq between ? and ? order by seq')
        .all(session, next, last)
        .map(entryOfRow),
    );
    if (page.length === 0) throw unknown();
    entries.push(...page);
  }
  return entries;
}

/** The newest entries, in one statement; none where there is no such session. */
const readNewest = (connection: Work, session: string, last: number): Promise<readonly SessionEntry[]> =>
  connection.read((prepare) =>
    prepare<EntryRow>('select * from entry where session = ? order by seq desc limit ?')
      .all(session, last)
      .map(entryOfRow)
      .reverse(),
  );

export async function readEntries(
  connection: Work,
  session: string,
  { from = 1, last, leaf }: { readonly from?: number; readonly last?: number; readonly leaf?: string },
): Promise<readonly SessionEntry[]> {
  if (leaf === undefined && last !== undefined && last > 0 && last <= pageSize && areNames(session)) {
    const newest = await readNewest(connection, session, last);
    if (newest.length > 0) return newest.filter(({ seq }) => seq >= from);
  }
  if (leaf === undefined)
    return readFrom(connection, session, (end) => Math.max(from, last === undefined ? 1 : end - last + 1));
  const path = pathTo(leaf, await readFrom(connection, session, () => 1)).filter(({ seq }) => seq >= from);
  return last === undefined ? path : path.slice(Math.max(0, path.length - last));
}
