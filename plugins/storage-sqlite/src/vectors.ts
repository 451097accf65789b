import { setImmediate as nextTurn } from 'node:timers/promises';
import { areNames, createRanking, demandText, demandVector, type Vectors } from '@rustic-ai/kernel/contracts';
import type { Prepare, Work } from './connection.js';

/** Vectors looked at in one step of the event loop. */
const pageSize = 256;

interface VectorRow {
  readonly id: string;
  readonly vector: Buffer;
  readonly data: string;
}
/** The bytes of 32-bit floats in the order of this machine, which is that of all that Node runs on but s390x. */
export const bytesOf = (vector: Float32Array): Buffer => Buffer.from(Float32Array.from(vector).buffer);
/** A copy: bytes of the driver may begin where no float does. */
export const vectorOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

const dimensionsOf = (prepare: Prepare, collection: string): number | undefined =>
  prepare<{ dimensions: number }>(
    'select length(vector) / 4 as dimensions from vector where collection = ? limit 1',
  ).get(collection)?.dimensions;

/** Vectors in the database of the connection, found by looking at all of a collection. */
export const createVectors = (connection: Work): Vectors => ({
  async upsert(collection, items) {
    demandText({ collection, id: items.map(({ id }) => id) });
    const rows = items.map(({ id, vector, data }) => {
      demandVector(collection, vector, items[0]?.vector.length);
      return [collection, id, bytesOf(vector), JSON.stringify(data)] as const;
    });
    await connection.write((prepare) => {
      const [first] = items;
      if (first) demandVector(collection, first.vector, dimensionsOf(prepare, collection));
      const add = prepare('insert or replace into vector (collection, id, vector, data) values (?, ?, ?, ?)');
      for (const row of rows) add.run(...row);
    });
  },
  async nearest(collection, vector, filter) {
    demandVector(collection, vector);
    if (!areNames(collection)) return [];
    const dimensions = await connection.read((prepare) => dimensionsOf(prepare, collection));
    if (dimensions === undefined) return [];
    demandVector(collection, vector, dimensions);
    const ranking = createRanking(vector, filter);
    for (let after = '', first = true, found = pageSize; found === pageSize; first = false) {
      const page = await connection.read((prepare) =>
        prepare<VectorRow>(
          `select id, vector, data from vector where collection = ? and id ${first ? '>=' : '>'} ? order by id limit ?`,
        ).all(collection, after, pageSize),
      );
      for (const { id, vector: bytes, data } of page) ranking.show({ id, vector: vectorOf(bytes), data });
      after = page.at(-1)?.id ?? '';
      found = page.length;
      if (found === pageSize) await nextTurn();
    }
    return ranking.nearest();
  },
  async remove(collection, ids) {
    if (!areNames(collection)) return;
    await connection.write((prepare) => {
      if (!ids) prepare('delete from vector where collection = ?').run(collection);
      for (const id of ids?.filter((name) => areNames(name)) ?? [])
        prepare('delete from vector where collection = ? and id = ?').run(collection, id);
    });
  },
  collections: () =>
    connection.read((prepare) =>
      prepare<{ name: string; dimensions: number; items: number }>(
        `select collection as name, max(length(vector)) / 4 as dimensions, count(*) as items
         from vector group by collection order by collection`,
      ).all(),
    ),
});
