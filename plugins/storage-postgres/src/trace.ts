import type { HookTrace, HookTraceRow, TapTimes } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Work } from './work.js';

/** Rows that are kept. */
const most = 100_000;

/** A hook trace in the schema. */
export const createHookTrace = (database: Work): HookTrace => ({
  async append(rows) {
    const texts = rows.map((row) => JSON.stringify(row));
    const [sessions, turns] = [rows.map(({ session }) => session ?? null), rows.map(({ turn }) => turn ?? null)];
    await database.write('trace', async (run) => {
      await run(
        sql`insert into hook_trace (session, turn, json) select session, turn, json
          from unnest(${sessions}::text[], ${turns}::bigint[], ${texts}::text[]) with ordinality as new (session, turn, json, n)
          order by n`,
      );
      await run(
        sql`delete from hook_trace where row <= (select row from hook_trace order by row desc offset ${most} limit 1)`,
      );
    });
  },
  async read({ session = null, turn = null, limit = 1_000 }) {
    const rows = await database.read((run) =>
      run(
        sql<{ json: string }>`select json from hook_trace
          where (${session}::text is null or session = ${session}) and (${turn}::bigint is null or turn = ${turn})
          order by row desc limit ${Math.max(0, limit)}`,
      ),
    );
    return rows.map(({ json }) => JSON.parse(json) as HookTraceRow).reverse();
  },
  async addTimes(times) {
    if (times.some(({ timed, totalMs }) => !Number.isFinite(timed + totalMs))) throw new RangeError('it is no number');
    await database.write('trace', async (run) => {
      for (const { hook, plugin, timed, totalMs } of times)
        await run(sql`insert into hook_time as kept (hook, plugin, timed, total_ms)
          values (${hook}, ${plugin}, ${timed}, ${totalMs})
          on conflict (hook, plugin) do update
          set timed = kept.timed + excluded.timed, total_ms = kept.total_ms + excluded.total_ms`);
    });
  },
  async times() {
    return database.read((run) =>
      run(sql<TapTimes>`select hook, plugin, timed, total_ms as "totalMs" from hook_time order by hook, plugin`),
    );
  },
});
