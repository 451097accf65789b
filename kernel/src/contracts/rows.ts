import type { PromptVersion } from './prompts.js';
import type { Run } from './runs.js';
import type { SessionEntry, SessionInfo } from './session.js';

/** A session as a table keeps it; `tags` is a JSON list. Unit: times in ms since 1970. */
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
/** An entry as a table keeps it; `body` is JSON. */
export interface EntryRow {
  readonly session: string;
  readonly seq: number;
  readonly id: string;
  readonly parent: string | null;
  readonly ts: string;
  readonly type: string;
  readonly body: string;
}
/** A run as a table keeps it; `state` is JSON. Unit: times in ms since 1970. */
export interface RunRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly session: string | null;
  readonly status: string;
  readonly version: number;
  readonly state: string;
  readonly created_at: number;
  readonly updated_at: number;
}
/** A version of a prompt as a table keeps it; `json` is what never changes of it, `labels` a JSON list. */
export interface PromptRow {
  readonly name: string;
  readonly version: number;
  readonly json: string;
  readonly labels: string;
}

const iso = (at: number): string => new Date(at).toISOString();

export const sessionOfRow = (row: SessionRow): SessionInfo => ({
  id: row.id,
  ...(row.title !== null && { title: row.title }),
  agent: row.agent,
  ...(row.project !== null && { project: row.project }),
  tags: JSON.parse(row.tags),
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
  entries: row.entries,
});
export const entryOfRow = (row: EntryRow): SessionEntry => ({
  session: row.session,
  seq: row.seq,
  id: row.id,
  ...(row.parent !== null && { parent: row.parent }),
  ts: row.ts,
  type: row.type as SessionEntry['type'],
  body: JSON.parse(row.body),
});
/** The fields of a run but its state. */
export const runInfoOfRow = (row: Omit<RunRow, 'state'>): Omit<Run, 'state'> => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  ...(row.session !== null && { session: row.session }),
  status: row.status as Run['status'],
  version: row.version,
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
});
export const runOfRow = (row: RunRow): Run => ({ ...runInfoOfRow(row), state: JSON.parse(row.state) });
export const rowOfRun = ({ session, state, createdAt, updatedAt, ...run }: Run): RunRow => ({
  ...run,
  session: session ?? null,
  state: JSON.stringify(state),
  created_at: Date.parse(createdAt),
  updated_at: Date.parse(updatedAt),
});

/** What never changes of a version, as JSON. */
export const jsonOfPrompt = ({
  text,
  description,
  tags = [],
  createdAt,
}: {
  readonly text: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly createdAt: string;
}): string => JSON.stringify({ text, description, tags, createdAt });
export const promptOfRow = ({ name, version, json, labels }: PromptRow): PromptVersion => {
  const { createdAt, ...kept } = JSON.parse(json) as Omit<PromptVersion, 'name' | 'version' | 'labels'>;
  return { name, version, ...kept, labels: (JSON.parse(labels) as string[]).toSorted(), createdAt };
};
