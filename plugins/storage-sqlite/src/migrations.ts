import type { Database } from 'better-sqlite3';
import { type Compilable, sql } from 'kysely';
import { compiler } from './compiler.js';
import { applicationId, schemaVersion, versionOf } from './version.js';

const { schema } = compiler;
const strict = sql`strict`;
const raw = (text: string): Compilable => ({ compile: () => sql.raw(text).compile(compiler) });

/** Step n leads from schema version n to n + 1. A released step is never changed. */
const steps = [
  [
    schema
      .createTable('session')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('title', 'text')
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('project', 'text')
      .addColumn('tags', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('updated_at', 'integer', (column) => column.notNull())
      .addColumn('entries', 'integer', (column) => column.notNull().defaultTo(0))
      .modifyEnd(strict),
    schema.createIndex('session_updated').on('session').columns(['updated_at desc', 'id']),
    schema
      .createTable('entry')
      .addColumn('row', 'integer', (column) => column.primaryKey())
      .addColumn('session', 'text', (column) => column.notNull().references('session.id').onDelete('cascade'))
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('parent', 'text')
      .addColumn('ts', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addUniqueConstraint('entry_seq', ['session', 'seq'])
      .modifyEnd(strict),
    raw(`create virtual table entry_text using fts5(text, content = '', contentless_delete = 1,
      tokenize = 'unicode61 remove_diacritics 2')`),
    schema
      .createTable('indexed')
      .addColumn('row', 'integer', (column) => column.notNull())
      .modifyEnd(strict),
    raw('insert into indexed values (0)'),
  ],
  [
    schema
      .createTable('value')
      .addColumn('plugin', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('value_key', ['plugin', 'key'])
      .modifyEnd(sql`strict, without rowid`),
  ],
  [
    schema
      .createTable('grant')
      .addColumn('row', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('json', 'text', (column) => column.notNull())
      .modifyEnd(strict),
    schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('json', 'text', (column) => column.notNull())
      .modifyEnd(strict),
    ...['update', 'delete'].map((change) =>
      raw(`create trigger audit_no_${change} before ${change} on audit
        begin select raise(abort, 'rows of the audit log are never changed or deleted'); end`),
    ),
    schema
      .createTable('hook_trace')
      .addColumn('row', 'integer', (column) => column.primaryKey())
      .addColumn('session', 'text')
      .addColumn('turn', 'integer')
      .addColumn('json', 'text', (column) => column.notNull())
      .modifyEnd(strict),
    schema.createIndex('hook_trace_session').on('hook_trace').column('session'),
    schema.createIndex('hook_trace_turn').on('hook_trace').columns(['turn', 'session']),
    schema
      .createTable('hook_time')
      .addColumn('hook', 'text', (column) => column.notNull())
      .addColumn('plugin', 'text', (column) => column.notNull())
      .addColumn('timed', 'integer', (column) => column.notNull())
      .addColumn('total_ms', 'real', (column) => column.notNull())
      .addPrimaryKeyConstraint('hook_time_key', ['hook', 'plugin'])
      .modifyEnd(sql`strict, without rowid`),
  ],
  [
    // What the last entry of a session says need not be kept a second time: an append writes fewer pages.
    raw('alter table entry add column at integer not null default 0'),
    raw('drop index session_updated'),
    raw(`create view session_now as select id, title, agent, project, tags, created_at,
      max(updated_at, coalesce((select at from entry where entry.session = session.id order by seq desc limit 1), 0)) as updated_at,
      coalesce((select max(seq) from entry where entry.session = session.id), 0) as entries from session`),
  ],
  [
    raw(`create table run (
      id text primary key not null, kind text not null, name text not null, session text, status text not null,
      version integer not null, state text not null, created_at integer not null, updated_at integer not null) strict`),
    raw('create index run_updated on run (updated_at desc, id)'),
    raw(`create table prompt (name text not null, version integer not null, json text not null,
      primary key (name, version)) strict, without rowid`),
    raw(`create table prompt_label (name text not null, label text not null, version integer not null,
      primary key (name, label)) strict, without rowid`),
    raw(`create table vector (collection text not null, id text not null, vector blob not null, data text not null,
      primary key (collection, id)) strict`),
    // Counts the sets of all values, so that what was set last is found.
    raw('alter table value add column at integer not null default 0'),
    raw('create index value_at on value (at)'),
    // What models took, as far as entries were looked at; it is brought up to date when somebody asks.
    raw(`create table account (session text not null references session on delete cascade, seq integer not null,
      ts text not null, json text not null, primary key (session, seq)) strict, without rowid`),
    raw('create table counted (row integer not null) strict'),
    raw('insert into counted values (0)'),
  ],
  [
    // What was deleted, and where everything else ended then: from there on numbers are given out again.
    raw(`create table gone (row integer primary key autoincrement, session text, plugin text, key text,
      last_entry integer not null, last_value integer not null) strict`),
  ],
] as const satisfies readonly (readonly Compilable[])[] & { readonly length: typeof schemaVersion };

/** Brings the schema to the newest version, in one transaction: all steps that are due, or nothing. */
export function migrate(db: Database, file: string): void {
  db.transaction(() => {
    for (const step of steps.slice(versionOf(db, file))) for (const statement of step) db.exec(statement.compile().sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
}
