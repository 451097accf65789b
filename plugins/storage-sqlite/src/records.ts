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
import type { Prepare } from './connection.js';
import { promptColumns, putPrompt } from './prompts.js';
import { runInsert } from './runs.js';
import { valueInsert } from './values.js';
import { bytesOf, vectorOf } from './vectors.js';

interface RecordQuery {
  /** Gives the rows after `@after` (null: from the first), at most `@size`, with their place as `at`. */
  readonly sql: string;
  recordOf(row: never): StorageRecord;
}
interface Kept {
  readonly json: string;
}
const query = <Row>(sql: string, recordOf: (row: Row) => StorageRecord): RecordQuery => ({ sql, recordOf });
const fromJson = (table: string, recordOf: (row: Kept) => StorageRecord, key = 'row') =>
  query<Kept>(
    `select ${key} as at, json from "${table}" where @after is null or ${key} > @after order by ${key} limit @size`,
    recordOf,
  );

/** One query for each table, in the order of an export. */
export const recordQueries: readonly RecordQuery[] = [
  query<SessionRow>(
    'select id as at, * from session_now where @after is null or id > @after order by id limit @size',
    (row) => ({ of: 'session', session: sessionOfRow(row) }),
  ),
  query<EntryRow>(
    'select row as at, session, seq, id, parent, ts, type, body from entry where @after is null or row > @after order by row limit @size',
    (row) => ({ of: 'entry', entry: entryOfRow(row) }),
  ),
  query<{ plugin: string; key: string; version: number; value: string }>(
    `select json_array(plugin, key) as at, * from value
     where @after is null or (plugin, key) > (json_extract(@after, '$[0]'), json_extract(@after, '$[1]'))
     order by plugin, key limit @size`,
    ({ plugin, key, version, value }) => ({ of: 'value', plugin, key, version, value: JSON.parse(value) }),
  ),
  fromJson('grant', ({ json }) => ({ of: 'grant', grant: JSON.parse(json) })),
  fromJson('audit', ({ json }) => ({ of: 'audit', row: JSON.parse(json) }), 'seq'),
  fromJson('hook_trace', ({ json }) => ({ of: 'trace', row: JSON.parse(json) })),
  query<{ hook: string; plugin: string; timed: number; totalMs: number }>(
    `select json_array(hook, plugin) as at, hook, plugin, timed, total_ms as totalMs from hook_time
     where @after is null or (hook, plugin) > (json_extract(@after, '$[0]'), json_extract(@after, '$[1]'))
     order by hook, plugin limit @size`,
    ({ hook, plugin, timed, totalMs }) => ({ of: 'time', time: { hook, plugin, timed, totalMs } }),
  ),
  query<RunRow>('select id as at, * from run where @after is null or id > @after order by id limit @size', (row) => ({
    of: 'run',
    run: runOfRow(row),
  })),
  query<PromptRow>(
    `select json_array(name, version) as at, ${promptColumns} from prompt
     where @after is null or (name, version) > (json_extract(@after, '$[0]'), json_extract(@after, '$[1]'))
     order by name, version limit @size`,
    (row) => ({ of: 'prompt', prompt: promptOfRow(row) }),
  ),
  query<{ collection: string; id: string; vector: Buffer; data: string }>(
    `select json_array(collection, id) as at, * from vector
     where @after is null or (collection, id) > (json_extract(@after, '$[0]'), json_extract(@after, '$[1]'))
     order by collection, id limit @size`,
    ({ collection, id, vector, data }) => ({
      of: 'vector',
      ...{ collection, id, vector: [...vectorOf(vector)], data: JSON.parse(data) },
    }),
  ),
];

const tables = ['session', 'value', 'grant', 'audit', 'hook_trace', 'hook_time', 'run', 'prompt', 'vector'];
export const isEmpty = (prepare: Prepare): boolean =>
  tables.every((table) => prepare(`select 1 from "${table}" limit 1`).get() === undefined);

/** Adds one record; those it belongs to were added before. */
export function putRecord(prepare: Prepare, record: StorageRecord): void {
  switch (record.of) {
    case 'session': {
      const { id, title, agent, project, tags, createdAt, updatedAt } = record.session;
      const times = [Date.parse(createdAt), Date.parse(updatedAt)];
      prepare(
        `insert into session (id, title, agent, project, tags, created_at, updated_at)
         values (?, ?, ?, ?, ?, ?, ?)`,
      ).run(id, title ?? null, agent, project ?? null, JSON.stringify(tags), ...times);
      break;
    }
    case 'entry': {
      const { session, seq, id, parent, ts, type, body } = record.entry;
      prepare('insert into entry (session, seq, id, parent, ts, type, body) values (?, ?, ?, ?, ?, ?, ?)').run(
        ...[session, seq, id, parent ?? null, ts, type, JSON.stringify(body)],
      );
      break;
    }
    case 'value': {
      const { plugin, key, version, value } = record;
      const json = JSON.stringify(value);
      prepare(valueInsert).run(plugin, key, version, json);
      break;
    }
    case 'grant':
      prepare('insert into "grant" (id, json) values (?, ?)').run(record.grant.id, JSON.stringify(record.grant));
      break;
    case 'audit':
      prepare('insert into audit (seq, json) values (?, ?)').run(record.row.seq, JSON.stringify(record.row));
      break;
    case 'trace': {
      const { row } = record;
      const values = [row.session ?? null, row.turn ?? null, JSON.stringify(row)];
      prepare('insert into hook_trace (session, turn, json) values (?, ?, ?)').run(...values);
      break;
    }
    case 'time': {
      const { hook, plugin, timed, totalMs } = record.time;
      prepare('insert into hook_time (hook, plugin, timed, total_ms) values (?, ?, ?, ?)').run(
        ...[hook, plugin, timed, totalMs],
      );
      break;
    }
    case 'run':
      prepare(runInsert).run(rowOfRun(record.run));
      break;
    case 'prompt':
      putPrompt(prepare, record.prompt);
      break;
    case 'vector': {
      const { collection, id, vector, data } = record;
      prepare('insert into vector (collection, id, vector, data) values (?, ?, ?, ?)').run(
        ...[collection, id, bytesOf(Float32Array.from(vector)), JSON.stringify(data)],
      );
    }
  }
}
