import { type Json, type SessionEntry, storageError } from '@rustic-ai/kernel/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Run } from './work.js';
import { accountOf } from './rows.js';

/** Entries looked through in one statement. */
const pageSize = 1_000;
/** Entries that were there before accounts were kept of them. */
async function fillAccounts(run: Run): Promise<void> {
  for (let after = 0, found = pageSize; found === pageSize;) {
    const rows = await run(
      sql<{ row: number; type: SessionEntry['type']; body: string }>`select row, type, body from entry
        where row > ${after} order by row limit ${pageSize}`,
    );
    for (const { row, type, body } of rows) {
      const account = accountOf(type, JSON.parse(body) as Json);
      if (account !== null) await run(sql`update entry set account = ${account} where row = ${row}`);
    }
    after = rows.at(-1)?.row ?? after;
    found = rows.length;
  }
}

/** Step n leads from schema version n to n + 1. A released step is never changed. */
const steps = [
  [
    sql`create table session (
      id text collate "C" primary key, title text, agent text not null, project text, tags text not null,
      created_at bigint not null, updated_at bigint not null, entries bigint not null)`,
    sql`create index session_updated on session (updated_at desc, id)`,
    sql`create table entry (
      row bigint generated always as identity primary key,
      session text collate "C" not null references session on delete cascade, seq bigint not null,
      id text not null, parent text, ts text collate "C" not null, type text not null, body text not null,
      words tsvector not null, unique (session, seq))`,
    sql`create index entry_words on entry using gin (words)`,
    sql`create table value (
      plugin text collate "C", key text collate "C", version bigint not null, value text not null,
      primary key (plugin, key))`,
    sql`create table grants (row bigint generated always as identity primary key, id text unique not null, json text not null)`,
    sql`create table audit (seq bigint primary key, json text not null)`,
    sql`create function audit_never() returns trigger language plpgsql as $$
      begin raise exception 'rows of the audit log are never changed or deleted'; end $$`,
    sql`create trigger audit_never before update or delete on audit for each row execute function audit_never()`,
    sql`create table hook_trace (
      row bigint generated always as identity primary key, session text, turn bigint, json text not null)`,
    sql`create index hook_trace_session on hook_trace (session, turn)`,
    sql`create table hook_time (
      hook text collate "C", plugin text collate "C", timed bigint not null, total_ms double precision not null,
      primary key (hook, plugin))`,
  ],
  [
    sql`create table run (
      id text collate "C" primary key, kind text not null, name text not null, session text, status text not null,
      version bigint not null, state text not null, created_at bigint not null, updated_at bigint not null)`,
    sql`create index run_updated on run (updated_at desc, id)`,
    sql`create table prompt (
      name text collate "C", version bigint, json text not null, primary key (name, version))`,
    sql`create table prompt_label (name text collate "C", label text collate "C", version bigint not null,
      primary key (name, label))`,
    sql`create table vector (collection text collate "C", id text collate "C", vector float4[] not null,
      data text not null, primary key (collection, id))`,
    sql`alter table entry add column account text`,
    fillAccounts,
    sql`create index entry_account on entry (session, seq) where account is not null`,
    // Source: PostgreSQL 18, NOTIFY: a payload is shorter than 8,000 bytes. What is longer says nothing.
    sql`create function tell() returns trigger language plpgsql as $$
      declare told text;
      begin
        if tg_table_name = 'session' then
          told := json_build_object('session', new.id, 'seq', new.entries);
        else
          told := json_build_object('plugin', new.plugin, 'key', new.key, 'version', new.version);
        end if;
        perform pg_notify('rustic_' || tg_table_schema, case when octet_length(told) < 7900 then told else '{}' end);
        return null;
      end $$`,
    sql`create trigger session_tell after insert or update of entries on session for each row
      when (new.entries > 0) execute function tell()`,
    sql`create trigger value_tell after insert or update on value for each row execute function tell()`,
  ],
  [
    sql`create function tell_gone() returns trigger language plpgsql as $$
      declare told text;
      begin
        if tg_table_name = 'session' then
          told := json_build_object('session', old.id, 'seq', 0);
        else
          told := json_build_object('plugin', old.plugin, 'key', old.key, 'version', 0);
        end if;
        perform pg_notify('rustic_' || tg_table_schema, case when octet_length(told) < 7900 then told else '{}' end);
        return null;
      end $$`,
    sql`create trigger session_tell_gone after delete on session for each row execute function tell_gone()`,
    sql`create trigger value_tell_gone after delete on value for each row execute function tell_gone()`,
  ],
] as const satisfies readonly (readonly (RawBuilder<unknown> | ((run: Run) => Promise<void>))[])[];

/** The newest schema this plugin knows. */
export const schemaVersion = steps.length;

/**
 * Brings the schema to the newest version. Runs in one transaction: all steps that are due, or nothing; and one process
 * after the other.
 *
 * Throws: `RUSTIC_STORAGE_VERSION` when it is newer than this plugin; an error when it is another program's.
 */
export async function migrate(
  run: Run,
  { schema, place }: { readonly schema: string; readonly place: string },
): Promise<number> {
  await run(sql`select pg_advisory_xact_lock(hashtextextended(${`rustic migrates ${schema}`}, 0))`);
  const tables = await run(
    sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = ${schema}`,
  );
  const isOurs = tables.some(({ name }) => name === 'rustic_version');
  if (!isOurs && tables.length > 0)
    throw storageError('RUSTIC_STORAGE_FAILED', { file: place, reason: 'it is the schema of another program' });
  if (!isOurs) {
    await run(sql`create schema if not exists ${sql.id(schema)}`);
    await run(sql`create table rustic_version (version integer not null)`);
    await run(sql`insert into rustic_version values (0)`);
  }
  const [row] = await run(sql<{ version: number }>`select version from rustic_version`);
  const found = row?.version ?? 0;
  if (found > schemaVersion) throw storageError('RUSTIC_STORAGE_VERSION', { file: place, found, known: schemaVersion });
  for (const step of steps.slice(found))
    for (const change of step) await (typeof change === 'function' ? change(run) : run(change));
  if (found < schemaVersion) await run(sql`update rustic_version set version = ${schemaVersion}`);
  return found;
}
