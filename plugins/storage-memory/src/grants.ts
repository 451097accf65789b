import type { Grant, Grants } from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

/** Grants that live as long as the process. */
export function createGrants({ grants: kept }: State): Grants {
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
