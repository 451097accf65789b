import { setImmediate as nextTurn } from 'node:timers/promises';
import { areNames, type EntryRow, type SessionAccount, type SessionStore, toldBy } from '@rustic-ai/kernel/contracts';
import type { Work } from './connection.js';

/** Entries looked through in one transaction and one step of the event loop. */
const batch = 4_096;

/** Looks through the next entries nobody asked for accounts of yet. Returns whether there may be more. */
const countSome = (connection: Work): Promise<boolean> =>
  connection.write((prepare) => {
    const { row: done } = prepare<{ row: number }>('select row from counted').get() as { row: number };
    const last = prepare<{ row: number | null }>(
      'select max(row) as row from (select row from entry where row > ? order by row limit ?)',
    ).get(done, batch)?.row;
    if (last === undefined || last === null) return false;
    // Only these can be any: the rest is not worth parsing.
    const rows = prepare<EntryRow>(
      `select session, seq, ts, type, body from entry where row > ? and row <= ?
       and (instr(body, '"usage"') > 0 or (type = 'note' and instr(body, '"forkedFrom"') > 0))`,
    ).all(done, last);
    const add = prepare('insert into account (session, seq, ts, json) values (?, ?, ?, ?)');
    for (const { session, seq, ts, type, body } of rows) {
      const told = toldBy({ type: type as never, body: JSON.parse(body) });
      if (told) add.run(session, seq, ts, JSON.stringify(told));
    }
    prepare('update counted set row = ?').run(last);
    return true;
  });

interface AccountRow {
  readonly session: string;
  readonly seq: number;
  readonly ts: string;
  readonly json: string;
}
/** What entries tell of what models took: looked through once, and kept. */
export const createAccounts = (connection: Work): Pick<SessionStore, 'accounts' | 'sizes'> => ({
  async accounts({ session, project }) {
    if (!areNames(session, project)) return [];
    while (await countSome(connection)) await nextTurn();
    const rows = await connection.read((prepare) =>
      prepare<AccountRow>(
        `select session, seq, ts, json from account where ${session === undefined ? '' : 'session = @session and '}
         (@project is null or session in (select id from session where project = @project)) order by session, seq`,
      ).all({ session, project }),
    );
    return rows.map(({ json, ...row }) => ({ ...row, told: JSON.parse(json) as SessionAccount['told'] }));
  },
  async sizes({ project }) {
    if (!areNames(project)) return new Map();
    const rows = await connection.read((prepare) =>
      prepare<{ id: string; bytes: number }>(
        `select id, coalesce((select sum(octet_length(body)) from entry where entry.session = session.id), 0) as bytes
         from session where @project is null or project = @project`,
      ).all({ project }),
    );
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  },
});
