import { createRanking, demandText, demandVector, type Vectors } from '@rustic-ai/kernel/contracts';
import { byBytes } from './order.js';
import type { KeptVector, State } from './state.js';

const firstOf = (items: ReadonlyMap<string, KeptVector>) => items.values().next().value?.vector;

/** Vectors that live as long as the process, found by looking at all of a collection. */
export const createVectors = (state: State): Vectors => ({
  async upsert(collection, items) {
    demandText({ collection, id: items.map(({ id }) => id) });
    const kept = state.vectors.get(collection) ?? new Map<string, KeptVector>();
    const dimensions = (firstOf(kept) ?? items[0]?.vector)?.length;
    const added = items.map(({ id, vector, data }) => {
      demandVector(collection, vector, dimensions);
      return [id, { vector: Float32Array.from(vector), data: JSON.stringify(data) }] as const;
    });
    for (const [id, item] of added) kept.set(id, item);
    if (kept.size > 0) state.vectors.set(collection, kept);
  },
  async nearest(collection, vector, filter) {
    const kept = state.vectors.get(collection) ?? new Map<string, KeptVector>();
    demandVector(collection, vector, firstOf(kept)?.length);
    const ranking = createRanking(vector, filter);
    for (const [id, item] of kept) ranking.show({ id, ...item });
    return ranking.nearest();
  },
  async remove(collection, ids) {
    const kept = state.vectors.get(collection);
    for (const id of ids ?? []) kept?.delete(id);
    if (!ids || kept?.size === 0) state.vectors.delete(collection);
  },
  async collections() {
    return [...state.vectors]
      .toSorted(byBytes)
      .map(([name, items]) => ({ name, dimensions: firstOf(items)?.length ?? 0, items: items.size }));
  },
});
