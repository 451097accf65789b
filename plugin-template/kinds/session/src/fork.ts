import { randomUUID } from 'node:crypto';
import {
  type Json,
  type NewSessionEntry,
  pathTo,
  type SessionEntry,
  type SessionInfo,
  storageError,
} from '@rustic-ai/kernel/contracts';
import type { Parts } from './log.js';

const copyOf = ({ id, parent, ts, type, body }: SessionEntry): NewSessionEntry => ({
  id,
  ...(parent !== undefined && { parent }),
  ts,
  type,
  body,
});

/** Copies an entry and its ancestors into a session of their own, with a note. Throws: `RUSTIC_SESSION_ENTRY`. */
export async function fork(from: SessionInfo, at: number | undefined, { store, now }: Parts): Promise<SessionInfo> {
  const all = await store.read(from.id, {});
  const leaf = at === undefined ? all.at(-1) : all.find(({ seq }) => seq === at);
  if (at !== undefined && !leaf) throw storageError('RUSTIC_SESSION_ENTRY', { session: from.id, at });
  const copied = leaf ? pathTo(leaf.id, all).map(copyOf) : [];
  const ts = new Date(now()).toISOString();
  const body: Json = { forkedFrom: { session: from.id, seq: leaf?.seq ?? 0 } };
  const note: NewSessionEntry = { id: randomUUID(), ...(leaf && { parent: leaf.id }), ts, type: 'note', body };
  const info = { ...from, id: randomUUID(), createdAt: ts, updatedAt: ts, entries: copied.length + 1 };
  await store.restore(info, [...copied, note]);
  return info;
}
