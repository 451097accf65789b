import {
  type Json,
  type NewSessionEntry,
  pathTo,
  type SessionEntry,
  type SessionInfo,
  type SessionStore,
  storageError,
} from '@rustic-ai/kernel/contracts';
import { newSessionId, type RandomId } from './ids.js';

const plain = ({ session: _, seq: __, ...entry }: SessionEntry): NewSessionEntry => entry;

/** Copies a session up to an entry into a new one. Throws: `RUSTIC_SESSION_ENTRY`. */
export async function forkSession(
  store: SessionStore,
  { info, at }: { readonly info: SessionInfo; readonly at: number | undefined },
  { now, randomId }: { readonly now: () => number; readonly randomId: RandomId },
): Promise<{ readonly info: SessionInfo; readonly last: SessionEntry }> {
  const all = await store.read(info.id, {});
  const leaf = at === undefined ? all.at(-1) : all.find(({ seq }) => seq === at);
  if (at !== undefined && !leaf) throw storageError('RUSTIC_SESSION_ENTRY', { session: info.id, at });
  const kept = leaf ? pathTo(leaf.id, all.slice(0, leaf.seq)).map(plain) : [];
  const [id, ts] = [newSessionId(now(), randomId), new Date(now()).toISOString()];
  const body: Json = { forkedFrom: { session: info.id, seq: leaf?.seq ?? 0 } };
  const note: NewSessionEntry = { id: randomId(10), ...(leaf && { parent: leaf.id }), ts, type: 'note', body };
  const forked = { ...info, id, createdAt: ts, updatedAt: ts, entries: kept.length + 1 };
  await store.restore(forked, [...kept, note]);
  return { info: forked, last: { session: id, seq: forked.entries, ...note } };
}
