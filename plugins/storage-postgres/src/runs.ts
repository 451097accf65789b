import {
  areNames,
  demandText,
  rowOfRun,
  type Run,
  runInfoOfRow,
  runOfRow,
  type RunRow,
  type Runs,
  storageError,
} from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Run as RunStatement, Work } from './work.js';

/** Adds a run unless its id is taken: the caller looks at what comes back. */
export const addRun = (run: RunStatement, row: RunRow): Promise<readonly unknown[]> =>
  run(sql`insert into run (id, kind, name, session, status, version, state, created_at, updated_at)
    values (${row.id}, ${row.kind}, ${row.name}, ${row.session}, ${row.status}, ${row.version}, ${row.state},
      ${row.created_at}, ${row.updated_at}) on conflict do nothing returning id`);

/** Runs in the schema. Unit: `now` in ms since 1970. */
export const createRuns = (
  database: Work,
  { now, hold }: { readonly now: () => number; readonly hold: Runs['hold'] },
): Runs => ({
  async create({ id, kind, name, session, state }) {
    demandText({ id, kind, name, session });
    const at = new Date(now()).toISOString();
    const head = { id, kind, name, ...(session !== undefined && { session }) };
    const begun: Run = { ...head, status: 'running', version: 1, state, createdAt: at, updatedAt: at };
    const row = rowOfRun(begun);
    const added = await database.write(`run ${id}`, (run) => addRun(run, row));
    if (added.length === 0) throw storageError('RUSTIC_RUN_EXISTS', { run: id });
    return runInfoOfRow(row);
  },
  async get(id) {
    if (!areNames(id)) return undefined;
    const [row] = await database.read((run) => run(sql<RunRow>`select * from run where id = ${id}`));
    return row && runOfRow(row);
  },
  async save(id, { status, state }, expectedVersion) {
    const json = JSON.stringify(state);
    if (!areNames(id)) throw storageError('RUSTIC_RUN_UNKNOWN', { run: id });
    return database.write(`run ${id}`, async (run) => {
      const [row] = await run(sql<Pick<RunRow, 'version'>>`select version from run where id = ${id} for update`);
      if (!row) throw storageError('RUSTIC_RUN_UNKNOWN', { run: id });
      if (row.version !== expectedVersion)
        throw storageError('RUSTIC_RUN_CONFLICT', { run: id, expected: expectedVersion, found: row.version });
      await run(sql`update run set status = ${status}, state = ${json}, version = version + 1,
        updated_at = greatest(updated_at, ${now()}) where id = ${id}`);
      return expectedVersion + 1;
    });
  },
  async list({ kind = null, name = null, session = null, status = null, limit = 100 }) {
    if (!areNames(kind, name, session)) return [];
    const rows = await database.read((run) =>
      run(
        sql<RunRow>`select id, kind, name, session, status, version, created_at, updated_at from run
          where (${kind}::text is null or kind = ${kind}) and (${name}::text is null or name = ${name})
          and (${session}::text is null or session = ${session}) and (${status}::text is null or status = ${status})
          order by updated_at desc, id limit ${Math.max(0, limit)}`,
      ),
    );
    return rows.map(runInfoOfRow);
  },
  async delete(id) {
    if (areNames(id)) await database.write(`run ${id}`, (run) => run(sql`delete from run where id = ${id}`));
  },
  hold,
});
