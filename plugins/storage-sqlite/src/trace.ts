import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HookTrace, HookTraceRow, TapTimes } from '@rustic-ai/kernel/contracts';
import type { Work } from './connection.js';

/** Rows that are kept. */
const most = 100_000;
/** Rows read in one step of the event loop. */
const pageSize = 256;

interface Kept {
  readonly row: number;
  readonly json: string;
}

/** A hook trace in the database of the connection. Row numbers have no gaps: only the oldest rows ever go. */
export const createHookTrace = (connection: Work): HookTrace => ({
  async append(rows) {
    const added = rows.map((row) => [row.session ?? null, row.turn ?? null, JSON.stringify(row)] as const);
    await connection.write((prepare) => {
      const add = prepare('insert into hook_trace (session, turn, json) values (?, ?, ?)');
      let last = 0;
      for (const values of added) last = Number(add.run(...values).lastInsertRowid);
      prepare('delete from hook_trace where row <= ?').run(last - most);
    });
  },
  async read({ session, turn, limit = 1_000 }) {
    const fits = [
      ...(session === undefined ? [] : ['session = @session']),
      ...(turn === undefined ? [] : ['turn = @turn']),
      'row < @before',
    ];
    const sql = `select row, json from hook_trace where ${fits.join(' and ')} order by row desc limit @size`;
    const rows: HookTraceRow[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    for (let found = pageSize; found === pageSize && rows.length < limit;) {
      if (rows.length > 0) await nextTurn();
      const size = Math.min(pageSize, limit - rows.length);
      const page = await connection.read((prepare) => prepare<Kept>(sql).all({ session, turn, before, size }));
      for (const { json } of page) rows.push(JSON.parse(json) as HookTraceRow);
      before = page.at(-1)?.row ?? 0;
      found = page.length;
    }
    return rows.reverse();
  },
  addTimes: (times) =>
    connection.write((prepare) => {
      const add = prepare(`insert into hook_time (hook, plugin, timed, total_ms) values (?, ?, ?, ?)
        on conflict do update set timed = timed + excluded.timed, total_ms = total_ms + excluded.total_ms`);
      for (const { hook, plugin, timed, totalMs } of times) add.run(hook, plugin, timed, totalMs);
    }),
  times: () =>
    connection.read((prepare) =>
      prepare<TapTimes>('select hook, plugin, timed, total_ms as totalMs from hook_time order by hook, plugin').all(),
    ),
});
