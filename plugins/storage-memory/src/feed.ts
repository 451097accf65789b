import type { FollowChanges, StorageChange } from '@rustic-ai/kernel/contracts';

/** Tells everybody who follows of every change, until it is closed. */
export function createFeed() {
  const followers = new Map<Parameters<FollowChanges>[0], Parameters<FollowChanges>[1]>();
  const follow: FollowChanges = (tell, end) => {
    followers.set(tell, end);
    tell({ of: 'gap' });
    return () => void followers.delete(tell);
  };
  return {
    follow,
    tell(change: StorageChange) {
      for (const tell of followers.keys()) tell(change);
    },
    close() {
      for (const end of followers.values()) end();
    },
  };
}
