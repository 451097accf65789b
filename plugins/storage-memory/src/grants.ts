import type { Grant, Grants } from '@rustic-ai/kernel/contracts';

/** Grants that live as long as the process. */
export function createGrants(): Grants {
  const kept = new Map<string, string>();
  return {
    list: async () => [...kept.values()].map((json) => JSON.parse(json) as Grant),
    async add(grant) {
      const json = JSON.stringify(grant);
      kept.delete(grant.id);
      kept.set(grant.id, json);
    },
    revoke: async (id) => kept.delete(id),
  };
}
