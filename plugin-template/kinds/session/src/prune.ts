import { isRusticError } from '@rustic-ai/kernel';
import type { PruneLimits, SessionInfo, SessionStore } from '@rustic-ai/kernel/contracts';

/** Deletes a session nobody is at work on. Throws: `RUSTIC_SESSION_BUSY`. */
export async function remove(store: SessionStore, session: string): Promise<void> {
  const held = await store.hold(session, { waitMs: 0 });
  await store.delete(session).finally(() => held.release());
}

/** Deletes what is over a limit; a session somebody is at work on stays. */
export async function prune(store: SessionStore, limits: PruneLimits): Promise<readonly SessionInfo[]> {
  const { project, before, keep = Infinity, maxBytes = Infinity, dryRun = false } = limits;
  const within = project === undefined ? {} : { project };
  const sizes = await store.sizes(within);
  const gone: SessionInfo[] = [];
  let bytes = 0;
  for (const [index, info] of (await store.list({ ...within, limit: Number.MAX_SAFE_INTEGER })).entries()) {
    bytes += sizes.get(info.id) ?? 0;
    const isOld = before !== undefined && Date.parse(info.updatedAt) < Date.parse(before);
    if (!isOld && index < keep && bytes <= maxBytes) continue;
    try {
      if (!dryRun) await remove(store, info.id);
      gone.push(info);
    } catch (error) {
      if (!isRusticError(error) || error.code !== 'RUSTIC_SESSION_BUSY') throw error;
    }
  }
  return gone;
}
