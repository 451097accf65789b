import type { Json } from '../errors.js';
import { storageError } from './storage-errors.js';
import type { NearestFilter, VectorHit } from './vectors.js';

/** The length of a vector. */
const lengthOf = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));

/**
 * Demands that a vector has a direction, and as many numbers as the others of its collection.
 *
 * Throws: `RUSTIC_VECTOR_INVALID`.
 */
export function demandVector(collection: string, vector: Float32Array, dimensions = vector.length): void {
  const refuse = (reason: string) => {
    throw storageError('RUSTIC_VECTOR_INVALID', { collection, reason });
  };
  if (vector.length !== dimensions) refuse(`it has ${vector.length} numbers, and the collection ${dimensions}`);
  const length = lengthOf(vector);
  if (!Number.isFinite(length)) refuse('one of its numbers is not finite');
  if (length === 0) refuse('it has no number but zero');
}

const fits = (data: Json, where: NearestFilter['where']): boolean =>
  Object.entries(where ?? {}).every(
    ([name, wanted]) =>
      typeof data === 'object' &&
      data !== null &&
      Object.hasOwn(data, name) &&
      (data as { readonly [name: string]: Json })[name] === wanted,
  );
const byRank = (a: VectorHit, b: VectorHit): number => b.score - a.score || (a.id < b.id ? -1 : 1);

/** Keeps the nearest of what it is shown. `data` is JSON, and only read of what is near. */
export function createRanking(
  wanted: Float32Array,
  { limit = 10, where, minScore = Number.NEGATIVE_INFINITY }: NearestFilter,
) {
  const length = lengthOf(wanted);
  const best: VectorHit[] = [];
  return {
    show({ id, vector, data }: { readonly id: string; readonly vector: Float32Array; readonly data: string }): void {
      let product = 0;
      let square = 0;
      for (let index = 0; index < vector.length; index++) {
        const number = vector[index] ?? 0;
        product += number * (wanted[index] ?? 0);
        square += number * number;
      }
      const score = product / (length * Math.sqrt(square));
      const last = best.length < limit ? undefined : best.at(-1);
      if (score < minScore || limit <= 0 || (last && byRank({ id, score, data: null }, last) > 0)) return;
      const hit = { id, score, data: JSON.parse(data) as Json };
      if (!fits(hit.data, where)) return;
      const at = best.findIndex((other) => byRank(hit, other) < 0);
      best.splice(at < 0 ? best.length : at, 0, hit);
      best.length = Math.min(best.length, limit);
    },
    nearest: (): readonly VectorHit[] => best,
  };
}
