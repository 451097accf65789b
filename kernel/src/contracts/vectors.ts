import { defineService } from '../capability.js';
import type { Json } from '../errors.js';

/** What an embedder made of something. `data` says what of, and is what a filter looks at. */
export interface VectorItem {
  readonly id: string;
  /** Kept as 32-bit floats. */
  readonly vector: Float32Array;
  readonly data: Json;
}
export interface VectorHit {
  readonly id: string;
  /** The cosine of the angle between the two: 1 is the same direction, -1 the opposite one. */
  readonly score: number;
  readonly data: Json;
}
export interface NearestFilter {
  /** Default: 10. */
  readonly limit?: number;
  /** Only items whose `data` is an object with these values. */
  readonly where?: { readonly [name: string]: string | number | boolean | null };
  /** Only items at least this near. */
  readonly minScore?: number;
}
/** Service `vectors`: the nearest of what was embedded, exactly, by looking at all of a collection. */
export interface Vectors {
  /**
   * Adds items, or takes the place of those with the same ids; all or none.
   *
   * Shape: the first vector of a collection says how many numbers all of them have, until the collection is empty again.
   * Throws: `RUSTIC_VECTOR_INVALID` for another number of numbers, one that is not finite, or nothing but zeros.
   */
  upsert(collection: string, items: readonly VectorItem[]): Promise<void>;
  /**
   * Order: the nearest first, then by id. Nothing is near in a collection that is not there.
   *
   * Throws: `RUSTIC_VECTOR_INVALID`.
   */
  nearest(collection: string, vector: Float32Array, filter: NearestFilter): Promise<readonly VectorHit[]>;
  /** Removes items. Default: all of the collection. Removing what is not there is no error. */
  remove(collection: string, ids?: readonly string[]): Promise<void>;
  /** Order: by name. */
  collections(): Promise<readonly { readonly name: string; readonly dimensions: number; readonly items: number }[]>;
}

declare module '../capability.js' {
  interface Services {
    vectors: Vectors;
  }
}
export const vectors = defineService({ id: 'vectors', version: 1 });
