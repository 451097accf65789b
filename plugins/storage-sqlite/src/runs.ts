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
import type { Work } from './connection.js';

/** Adds a run unless its id is taken; the caller looks at what comes back. */
export const runInsert = `insert or ignore into run values
  (@id, @kind, @name, @session, @status, @version, @state, @created_at, @updated_at)`;

/** Runs in the database of the connection. Unit: `now` in ms since 1970. */
export const createRuns = (
  connection: Work,
  { now, hold }: { readonly now: () => number; readonly hold: Runs['hold'] },
): Runs => ({
  async create({ id, kind, name, session, state }) {
    demandText({ id, kind, name, session });
    const at = new Date(now()).toISOString();
    const head = { id, kind, name, ...(session !== undefined && { session }) };
    const run: Run = { ...head, status: 'running', version: 1, state, createdAt: at, updatedAt: at };
    const row = rowOfRun(run);
    const { changes } = await connection.write((prepare) => prepare(runInsert).run(row));
    if (changes === 0) throw storageError('RUSTIC_RUN_EXISTS', { run: id });
    return runInfoOfRow(row);
  },
  async get(id) {
    if (!areNames(id)) return undefined;
    const row = await connection.read((prepare) => prepare<RunRow>('select * from run where id = ?').get(id));
    return row && runOfRow(row);
  },
  async save(id, { status, state }, expectedVersion) {
    const json = JSON.stringify(state);
    if (!areNames(id)) throw storageError('RUSTIC_RUN_UNKNOWN', { run: id });
    return connection.write((prepare) => {
      const row = prepare<Pick<RunRow, 'version'>>('select version from run where id = ?').get(id);
      if (!row) throw storageError('RUSTIC_RUN_UNKNOWN', { run: id });
      if (row.version !== expectedVersion)
        throw storageError('RUSTIC_RUN_CONFLICT', { run: id, expected: expectedVersion, found: row.version });
      prepare(
        'update run set status = ?, state = ?, version = version + 1, updated_at = max(updated_at, ?) where id = ?',
      ).run(status, json, now(), id);
      return expectedVersion + 1;
    });
  },
  async list({ kind, name, session, status, limit = 100 }) {
    if (!areNames(kind, name, session)) return [];
    const wanted = { kind, name, session, status };
    const rows = await connection.read((prepare) =>
      prepare<RunRow>(
        `select id, kind, name, session, status, version, created_at, updated_at from run
         where (@kind is null or kind = @kind) and (@name is null or name = @name)
         and (@session is null or session = @session) and (@status is null or status = @status)
         order by updated_at desc, id limit @limit`,
      ).all({ ...wanted, limit: Math.max(0, limit) }),
    );
    return rows.map(runInfoOfRow);
  },
  async delete(id) {
    if (areNames(id)) await connection.write((prepare) => prepare('delete from run where id = ?').run(id));
  },
  hold,
});
