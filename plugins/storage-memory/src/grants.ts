import type { Grant, Grants } from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

/** Grants that live as long as the process. */
export function createGrants(state: State): Grants {
  return {
    list: async () => [...state.grants.values()].map((json) => JSON.parse(json) as Grant),
    async add(grant) {
      const json = JSON.stringify(grant);
      state.grants.delete(grant.id);
      state.grants.set(grant.id, json);
    },
    revoke: async (id) => state.grants.delete(id),
  };
}
