import type { SessionEntry, SessionInfo } from '@rustic-ai/kernel/contracts';

/** A row of `session_now`; `tags` is a JSON list. Unit: times in ms since 1970. */
export interface SessionRow {
  readonly id: string;
  readonly title: string | null;
  readonly agent: string;
  readonly project: string | null;
  readonly tags: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly entries: number;
}
/** A row of `entry`; `body` is JSON. */
export interface EntryRow {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  readonly parent: string | null;
  readonly ts: string;
  readonly type: string;
  readonly body: string;
}

export const infoOf = (row: SessionRow): SessionInfo => ({
  id: row.id,
  ...(row.title !== null && { title: row.title }),
  agent: row.agent,
  ...(row.project !== null && { project: row.project }),
  tags: JSON.parse(row.tags),
  createdAt: new Date(row.created_at).toISOString(),
  updatedAt: new Date(row.updated_at).toISOString(),
  entries: row.entries,
});
export const entryOf = (row: EntryRow): SessionEntry => ({
  session: row.session,
  seq: row.seq,
  id: row.id,
  ...(row.parent !== null && { parent: row.parent }),
  ts: row.ts,
  type: row.type as SessionEntry['type'],
  body: JSON.parse(row.body),
});
