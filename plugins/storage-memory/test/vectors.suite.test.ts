import type { NearestFilter, VectorItem, Vectors } from '@rustic-ai/kernel/contracts';
import { describeVectors, vectorsSuite } from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { describeTwins, subjectOf, type Twin } from './twins.js';

/** Looks at the filter, or at what was found, in another way. */
const nearest =
  (change: (filter: NearestFilter) => NearestFilter): Twin<Vectors> =>
  (good) => ({ nearest: (collection, vector, filter) => good.nearest(collection, vector, change(filter)) });
const upsert =
  (change: (items: readonly VectorItem[]) => readonly VectorItem[]): Twin<Vectors> =>
  (good) => ({ upsert: async (collection, items) => good.upsert(collection, change(items)) });

/** One service per rule that breaks what the rule is about. */
const twins: Record<string, Twin<Vectors>> = {
  nearest: (good) => ({
    nearest: async (...given) => (await good.nearest(...given)).map((hit) => ({ ...hit, score: 1 - hit.score })),
  }),
  ties: (good) => ({
    nearest: async (...given) =>
      (await good.nearest(...given)).toSorted((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1)),
  }),
  limit: nearest(({ limit, ...filter }) => ({ limit: limit ?? 9_999, ...filter })),
  'min-score': nearest(({ minScore: _, ...filter }) => filter),
  where: nearest(({ where, ...filter }) => {
    const [first] = Object.entries(where ?? {});
    return { ...filter, ...(first && { where: { [first[0]]: first[1] } }) };
  }),
  upsert: (good) => {
    const known = new Set<string>();
    return {
      upsert: async (collection, items) => {
        const added = items.filter(({ id }) => !known.has(id) && known.add(id));
        await good.upsert(collection, added);
      },
    };
  },
  dimensions: upsert((items) => items.map((item) => ({ ...item, vector: item.vector.subarray(0, 2) }))),
  numbers: upsert((items) =>
    items.map((item) => ({ ...item, vector: item.vector.map((number) => (Number.isNaN(number) ? 0 : number)) })),
  ),
  'all-or-none': (good) => ({
    upsert: async (collection, items) => {
      for (const item of items) await good.upsert(collection, [item]);
    },
  }),
  remove: (good) => ({ remove: (collection) => good.remove(collection) }),
  collections: (good) => ({
    collections: async () =>
      (await good.collections()).toSorted(({ name: a }, { name: b }) => (a < b ? -1 : Number(a > b))),
  }),
  names: (good) => ({
    upsert: (collection, items) => good.upsert(collection.toWellFormed().replaceAll('\0', ''), items),
  }),
  'no-sharing': (good) => {
    let held: readonly VectorItem[] = [];
    return {
      upsert: (collection, items) => {
        held = items;
        return good.upsert(collection, items);
      },
      nearest: async (collection, vector, filter) => {
        await good.upsert(collection, held);
        return good.nearest(collection, vector, filter);
      },
    };
  },
  again: (good, place) => {
    place.left = () => good.remove('c');
    return {};
  },
};

describeVectors(subjectOf('vectors'), { describe, it });
describeTwins('vectors', vectorsSuite, twins);
