import {
  entryOfRow,
  type EntryRow,
  promptOfRow,
  type PromptRow,
  rowOfRun,
  runOfRow,
  type RunRow,
  sessionOfRow,
  type SessionRow,
  type StorageRecord,
} from '@rustic-ai/kernel/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Run } from './work.js';
import { promptColumns, putPrompt } from './prompts.js';
import { addSession, entryColumns, preparedEntry } from './rows.js';
import { addRun } from './runs.js';
import { arrayOf } from './vectors.js';

/** `at` is where a row stands: the values of its key. */
type Placed = { readonly at: readonly unknown[] };
interface RecordQuery {
  page(after: readonly unknown[] | undefined, size: number): RawBuilder<Placed>;
  recordOf(row: never): StorageRecord;
}
const query = <Row>(
  {
    table,
    columns,
    key,
  }: { readonly table: string; readonly columns: RawBuilder<unknown>; readonly key: readonly string[] },
  recordOf: (row: Row) => StorageRecord,
): RecordQuery => ({
  page: (after, size) => {
    const names = sql.join(key.map((name) => sql.ref(name)));
    const start = after ? sql`where (${names}) > (${sql.join([...after])})` : sql``;
    return sql<Placed>`select json_build_array(${names}) as at, ${columns} from ${sql.table(table)} ${start}
      order by ${names} limit ${size}`;
  },
  recordOf,
});
const fromJson = (table: string, key: string, recordOf: (json: string) => StorageRecord) =>
  query<{ readonly json: string }>({ table, columns: sql.raw('json'), key: [key] }, ({ json }) => recordOf(json));

/** One query for each table, in the order of an export. */
export const recordQueries: readonly RecordQuery[] = [
  query<SessionRow>({ table: 'session', columns: sql.raw('session.*'), key: ['id'] }, (row) => ({
    of: 'session',
    session: sessionOfRow(row),
  })),
  query<EntryRow>({ table: 'entry', columns: entryColumns, key: ['row'] }, (row) => ({
    of: 'entry',
    entry: entryOfRow(row),
  })),
  query<{ plugin: string; key: string; version: number; value: string }>(
    { table: 'value', columns: sql.raw('value.*'), key: ['plugin', 'key'] },
    ({ plugin, key, version, value }) => ({ of: 'value', plugin, key, version, value: JSON.parse(value) }),
  ),
  fromJson('grants', 'row', (json) => ({ of: 'grant', grant: JSON.parse(json) })),
  fromJson('audit', 'seq', (json) => ({ of: 'audit', row: JSON.parse(json) })),
  fromJson('hook_trace', 'row', (json) => ({ of: 'trace', row: JSON.parse(json) })),
  query<{ hook: string; plugin: string; timed: number; total_ms: number }>(
    { table: 'hook_time', columns: sql.raw('hook_time.*'), key: ['hook', 'plugin'] },
    ({ hook, plugin, timed, total_ms: totalMs }) => ({ of: 'time', time: { hook, plugin, timed, totalMs } }),
  ),
  query<RunRow>({ table: 'run', columns: sql.raw('run.*'), key: ['id'] }, (row) => ({ of: 'run', run: runOfRow(row) })),
  query<PromptRow>({ table: 'prompt', columns: promptColumns, key: ['name', 'version'] }, (row) => ({
    of: 'prompt',
    prompt: promptOfRow(row),
  })),
  query<{ collection: string; id: string; vector: readonly number[]; data: string }>(
    { table: 'vector', columns: sql.raw('vector.*'), key: ['collection', 'id'] },
    ({ collection, id, vector, data }) => ({
      of: 'vector',
      ...{ collection, id, vector: [...Float32Array.from(vector)], data: JSON.parse(data) },
    }),
  ),
];

/** What keeps something of its own; entries belong to sessions, labels to prompts. */
export const tables = ['session', 'value', 'grants', 'audit', 'hook_trace', 'hook_time', 'run', 'prompt', 'vector'];
export async function isEmpty(run: Run): Promise<boolean> {
  for (const table of tables) if ((await run(sql`select 1 from ${sql.table(table)} limit 1`)).length > 0) return false;
  return true;
}

const putRecord = (run: Run, record: StorageRecord): Promise<unknown> => {
  switch (record.of) {
    case 'session': {
      const { id, title = null, agent, project = null, tags, createdAt, updatedAt, entries } = record.session;
      const times = { created_at: Date.parse(createdAt), updated_at: Date.parse(updatedAt) };
      return addSession(run, { id, title, agent, project, tags: JSON.stringify(tags), ...times, entries });
    }
    case 'entry': {
      const { session, seq, ...entry } = record.entry;
      const { id, parent, ts, type, body, words, account } = preparedEntry(entry);
      return run(sql`insert into entry (session, seq, id, parent, ts, type, body, words, account)
        values (${session}, ${seq}, ${id}, ${parent}, ${ts}, ${type}, ${body}, ${words}::tsvector, ${account})`);
    }
    case 'value':
      return run(sql`insert into value (plugin, key, version, value)
        values (${record.plugin}, ${record.key}, ${record.version}, ${JSON.stringify(record.value)})`);
    case 'grant':
      return run(sql`insert into grants (id, json) values (${record.grant.id}, ${JSON.stringify(record.grant)})`);
    case 'audit':
      return run(sql`insert into audit (seq, json) values (${record.row.seq}, ${JSON.stringify(record.row)})`);
    case 'trace': {
      const { session = null, turn = null } = record.row;
      return run(
        sql`insert into hook_trace (session, turn, json) values (${session}, ${turn}, ${JSON.stringify(record.row)})`,
      );
    }
    case 'time': {
      const { hook, plugin, timed, totalMs } = record.time;
      return run(
        sql`insert into hook_time (hook, plugin, timed, total_ms) values (${hook}, ${plugin}, ${timed}, ${totalMs})`,
      );
    }
    case 'run':
      return addRun(run, rowOfRun(record.run));
    case 'prompt':
      return putPrompt(run, record.prompt);
    case 'vector': {
      const { collection, id, vector, data } = record;
      return run(sql`insert into vector (collection, id, vector, data)
        values (${collection}, ${id}, ${arrayOf(vector)}::float4[], ${JSON.stringify(data)})`);
    }
  }
};
/** Adds records in order; those they belong to were added before. */
export async function putRecords(run: Run, records: readonly StorageRecord[]): Promise<void> {
  for (const record of records) await putRecord(run, record);
}
