import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  entryOfRow,
  type EntryRow,
  type Json,
  type SessionStore,
  snippetOf,
  textOfBody,
} from '@rustic-ai/kernel/contracts';
import type { Prepare, Work } from './connection.js';

/** Entries indexed in one transaction and one step of the event loop. */
const batch = 256;

/** Indexes the next entries nobody searched yet. Returns whether there may be more. */
const indexSome = (connection: Work): Promise<boolean> =>
  connection.write((prepare) => {
    const { row: done } = prepare<{ row: number }>('select row from indexed').get() as { row: number };
    const rows = prepare<{ row: number; body: string }>(
      'select row, body from entry where row > ? order by row limit ?',
    ).all(done, batch);
    const add = prepare('insert into entry_text (rowid, text) values (?, ?)');
    for (const { row, body } of rows) {
      const text = textOfBody(JSON.parse(body) as Json);
      if (text) add.run(row, text);
    }
    const last = rows.at(-1);
    if (last) prepare('update indexed set row = ?').run(last.row);
    return rows.length === batch;
  });

/** Row numbers of what was deleted are given out again: what was looked through ends at the newest entry that is left. */
export function forgetRows(prepare: Prepare): void {
  for (const table of ['indexed', 'counted'])
    prepare(`update ${table} set row = min(row, (select coalesce(max(row), 0) from entry))`).run();
}

/** Brings the index up to date, then asks it. `match` is the query in the language of FTS5. */
export async function searchEntries(
  connection: Work,
  request: { readonly match: string; readonly query: string; readonly filter: Parameters<SessionStore['search']>[1] },
) {
  while (await indexSome(connection)) await nextTurn();
  const { searchQuery } = await import('./queries.js');
  const { sql, parameters } = searchQuery(request.match, request.filter);
  return connection.read((prepare) =>
    prepare<EntryRow>(sql)
      .all(...parameters)
      .map((row) => {
        const entry = entryOfRow(row);
        return { entry, snippet: snippetOf(textOfBody(entry.body), request.query) };
      }),
  );
}
