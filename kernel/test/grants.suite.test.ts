import type { Grant, Grants } from '@rustic-ai/kernel/contracts';
import { describeGrants, grantsSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';
import { subjectOf, type Twin } from './kept-stores.js';
import { referenceGrants } from './reference-stores.js';

type Kept = Map<string, string>;
const now = '2026-01-02T00:00:00.000Z';

/** One service per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin<Grants, Kept>> = {
  'as-added': {
    store: (good) => ({
      list: async () =>
        (await good.list()).map(({ rule: { effect, action, match, expires }, ...grant }) => ({
          ...grant,
          rule: { effect, action, match, ...(expires !== undefined && { expires }) },
        })),
    }),
  },
  order: {
    store: (good) => ({
      list: async () => (await good.list()).toSorted((a, b) => a.grantedAt.localeCompare(b.grantedAt)),
    }),
  },
  replace: { store: (good, kept) => ({ add: async (grant) => void kept.set(grant.id, JSON.stringify(grant)) }) },
  revoke: {
    store: (good) => ({
      revoke: async (id) => {
        const like = (await good.list()).filter((grant) => id === '%' || grant.id === id);
        for (const grant of like) await good.revoke(grant.id);
        return like.length > 0;
      },
    }),
  },
  expired: {
    store: (good) => ({
      list: async () => (await good.list()).filter(({ rule }) => (rule.expires ?? now) >= now),
    }),
  },
  concurrent: {
    store: (good) => {
      let adding = false;
      return {
        add: async (grant) => {
          if (adding) throw new Error('busy');
          adding = true;
          await Promise.resolve();
          await good.add(grant);
          adding = false;
        },
      };
    },
  },
  'no-sharing': {
    store: (good) => {
      const held = new Map<string, Grant>();
      return {
        add: async (grant) => {
          held.set(grant.id, grant);
          await good.add(grant);
        },
        list: async () => (await good.list()).map((grant) => held.get(grant.id) ?? grant),
      };
    },
  },
  again: { left: (kept) => kept.clear() },
  shared: {
    store: (good, kept) => {
      const seen = new Set(kept.keys());
      return {
        add: async (grant) => {
          seen.add(grant.id);
          await good.add(grant);
        },
        list: async () => (await good.list()).filter(({ id }) => seen.has(id)),
      };
    },
  },
  'revoked-for-all': {
    store: (good) => {
      const gone = new Set<string>();
      const list = async () => (await good.list()).filter(({ id }) => !gone.has(id));
      return {
        list,
        revoke: async (id) => {
          const found = (await list()).some((grant) => grant.id === id);
          gone.add(id);
          return found;
        },
      };
    },
  },
};
const subject = (twin?: Twin<Grants, Kept>) => subjectOf('grants', () => new Map(), referenceGrants, twin);

describeGrants(subject(), { describe, it });

describe('the grants suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(grantsSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a service that breaks it, and nothing else', async (id, twin) => {
    expect(await rulesBrokenBy(grantsSuite, subject(twin))).toEqual([id]);
  });
});
