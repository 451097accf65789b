import { areNames, createRanking, demandText, demandVector, type Vectors } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Run, Work } from './work.js';

/** Vectors fetched at once. */
const pageSize = 256;

interface VectorRow {
  readonly id: string;
  readonly vector: readonly number[];
  readonly data: string;
}
const dimensionsOf = async (run: Run, collection: string): Promise<number | undefined> => {
  const [row] = await run(
    sql<{ dimensions: number }>`select cardinality(vector) as dimensions from vector
      where collection = ${collection} limit 1`,
  );
  return row?.dimensions;
};
/** As the server reads an array: the driver would write it as one of texts. */
export const arrayOf = (vector: Iterable<number>): string => `{${[...vector].join(',')}}`;

/** Vectors in the schema, found by looking at all of a collection. */
export const createVectors = (database: Work): Vectors => ({
  async upsert(collection, items) {
    demandText({ collection, id: items.map(({ id }) => id) });
    const [first] = items;
    // Of items with the same id the last one counts; one statement can not change a row twice.
    const rows = new Map(
      items.map(({ id, vector, data }) => {
        demandVector(collection, vector, first?.vector.length);
        return [id, { vector: arrayOf(vector), data: JSON.stringify(data) }];
      }),
    );
    if (!first) return;
    const vectors = [...rows.values()].map(({ vector }) => vector);
    const texts = [...rows.values()].map(({ data }) => data);
    await database.write(`vectors ${collection}`, async (run) => {
      await run(sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || ${collection}, 2))`);
      demandVector(collection, first.vector, await dimensionsOf(run, collection));
      await run(sql`insert into vector (collection, id, vector, data)
        select ${collection}, id, vector::float4[], data
        from unnest(${[...rows.keys()]}::text[], ${vectors}::text[], ${texts}::text[]) as new (id, vector, data)
        on conflict (collection, id) do update set vector = excluded.vector, data = excluded.data`);
    });
  },
  async nearest(collection, vector, filter) {
    demandVector(collection, vector);
    if (!areNames(collection)) return [];
    return database.read(async (run) => {
      demandVector(collection, vector, await dimensionsOf(run, collection));
      const ranking = createRanking(vector, filter);
      for (let after: string | undefined, found = pageSize; found === pageSize;) {
        const start = after === undefined ? sql`` : sql`and id > ${after}`;
        const page = await run(
          sql<VectorRow>`select id, vector, data from vector where collection = ${collection} ${start}
            order by id limit ${pageSize}`,
        );
        for (const row of page) ranking.show({ ...row, vector: Float32Array.from(row.vector) });
        after = page.at(-1)?.id;
        found = page.length;
      }
      return ranking.nearest();
    });
  },
  async remove(collection, ids) {
    if (!areNames(collection)) return;
    const known = ids?.filter((id) => areNames(id));
    await database.write(`vectors ${collection}`, (run) =>
      run(
        known
          ? sql`delete from vector where collection = ${collection} and id = any(${known}::text[])`
          : sql`delete from vector where collection = ${collection}`,
      ),
    );
  },
  collections: () =>
    database.read((run) =>
      run(
        sql<{ name: string; dimensions: number; items: number }>`select collection as name,
          max(cardinality(vector)) as dimensions, count(*) as items from vector group by collection order by collection`,
      ),
    ),
});
