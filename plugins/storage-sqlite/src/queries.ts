import type { EntryRow, SearchFilter, SessionFilter, SessionRow } from '@rustic-ai/kernel/contracts';
import { type CompiledQuery, sql } from 'kysely';
import { compiler } from './compiler.js';

/** The sessions that fit, last updated first. */
export function listQuery({ project, agent, tag, before, limit = 100 }: SessionFilter): CompiledQuery<SessionRow> {
  let query = compiler.selectFrom('session_now').selectAll();
  if (project !== undefined) query = query.where('project', '=', project);
  if (agent !== undefined) query = query.where('agent', '=', agent);
  if (tag !== undefined) query = query.where(sql<boolean>`${tag} in (select value from json_each(tags))`);
  if (before !== undefined) query = query.where('updated_at', '<', Date.parse(before));
  return query.orderBy('updated_at', 'desc').orderBy('id').limit(Math.max(0, limit)).compile();
}

/** The entries whose text fits a query of FTS5, newest first. */
export function searchQuery(
  match: string,
  { session, project, since, before, limit = 20 }: SearchFilter,
): CompiledQuery<EntryRow> {
  let query = compiler
    .selectFrom('entry_text')
    .innerJoin('entry', 'entry.row', 'entry_text.rowid')
    .selectAll('entry')
    .where(sql<boolean>`entry_text match ${match}`);
  if (session !== undefined) query = query.where('entry.session', '=', session);
  if (since !== undefined) query = query.where('entry.ts', '>=', new Date(since).toISOString());
  if (before !== undefined) query = query.where('entry.ts', '<', new Date(before).toISOString());
  if (project !== undefined)
    query = query.innerJoin('session', 'session.id', 'entry.session').where('session.project', '=', project);
  return query.orderBy('entry_text.rowid', 'desc').limit(Math.max(0, limit)).compile();
}
