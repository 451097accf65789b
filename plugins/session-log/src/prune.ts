import { isRusticError } from '@rustic-ai/kernel';
import type { PruneLimits, SessionInfo, SessionStore } from '@rustic-ai/kernel/contracts';

/** Deletes a session nobody is at work on. Throws: `RUSTIC_SESSION_BUSY`. */
export async function deleteSession(store: SessionStore, session: string): Promise<void> {
  const held = await store.hold(session, { waitMs: 0 });
  try {
    await store.delete(session);
  } finally {
    await held.release();
  }
}

/** Sessions somebody is at work on stay. */
export async function pruneSessions(
  store: SessionStore,
  { project, before, keep = Number.POSITIVE_INFINITY, maxBytes, dryRun = false }: PruneLimits,
): Promise<readonly SessionInfo[]> {
  const within = project === undefined ? {} : { project };
  const all = await store.list({ ...within, limit: Number.MAX_SAFE_INTEGER });
  const sizes = maxBytes === undefined ? new Map<string, number>() : await store.sizes(within);
  const gone: SessionInfo[] = [];
  let bytes = 0;
  for (const [index, info] of all.entries()) {
    const isOld = before !== undefined && Date.parse(info.updatedAt) < Date.parse(before);
    bytes += sizes.get(info.id) ?? 0;
    if (!isOld && index < keep && (maxBytes === undefined || bytes <= maxBytes)) continue;
    try {
      if (!dryRun) await deleteSession(store, info.id);
      gone.push(info);
    } catch (error) {
      if (!isRusticError(error) || error.code !== 'RUSTIC_SESSION_BUSY') throw error;
    }
  }
  return gone;
}
