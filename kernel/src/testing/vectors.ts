import { strict as assert } from 'node:assert';
import type { NearestFilter, VectorItem, Vectors } from '../contracts/vectors.js';
import type { Json } from '../errors.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly vectors: Vectors;
  close(): Promise<void>;
}
/** What the suite needs of a service `vectors`. */
export type VectorsSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const item = (id: string, numbers: readonly number[], data: Json = { id }): VectorItem => ({
  id,
  vector: Float32Array.from(numbers),
  data,
});
const invalid = { code: 'RUSTIC_VECTOR_INVALID' };
const near = async (vectors: Vectors, numbers: readonly number[], filter: NearestFilter = {}) =>
  (await vectors.nearest('c', Float32Array.from(numbers), filter)).map(({ id }) => id);
/** Directions at 0, 45, 90 and 180 degrees. */
const compass = [item('east', [1, 0]), item('north', [0, 1]), item('between', [2, 2]), item('west', [-3, 0])];

/** What `Vectors` promises, rule by rule. */
export const vectorsSuite: readonly KeptRule<Opened>[] = [
  rule('nearest', 'gives the nearest first, whatever their length, with the cosine', async ({ vectors }) => {
    await vectors.upsert('c', compass);
    const hits = await vectors.nearest('c', Float32Array.from([5, 0]), {});
    assert.deepEqual(
      hits.map(({ id }) => id),
      ['east', 'between', 'north', 'west'],
    );
    for (const [index, score] of [1, Math.SQRT1_2, 0, -1].entries())
      assert.ok(Math.abs((hits[index]?.score ?? 9) - score) < 1e-6);
    assert.deepEqual(hits[0]?.data, { id: 'east' });
  }),
  rule('ties', 'gives those that are equally near by id', async ({ vectors }) => {
    await vectors.upsert('c', [item('b', [1, 1]), item('a', [2, 2]), item('c', [4, 4])]);
    assert.deepEqual(await near(vectors, [1, 1]), ['a', 'b', 'c']);
    assert.deepEqual(await near(vectors, [1, 1], { limit: 2 }), ['a', 'b']);
  }),
  rule('limit', 'gives at most limit, 10 without one', async ({ vectors }) => {
    const many = Array.from({ length: 600 }, (_, index) => item(`i${index}`, [600 - index, index + 1, 1]));
    await vectors.upsert('c', many);
    assert.deepEqual(await near(vectors, [1, 0, 0], { limit: 2 }), ['i0', 'i1']);
    assert.equal((await near(vectors, [1, 0, 0])).length, 10);
    assert.equal((await near(vectors, [1, 0, 0], { limit: 9_999 })).length, 600);
    assert.deepEqual(await near(vectors, [1, 0, 0], { limit: 0 }), []);
    assert.deepEqual(await near(vectors, [0, 1, 0], { limit: 2 }), ['i599', 'i598']);
  }),
  rule('min-score', 'gives only what is near enough', async ({ vectors }) => {
    await vectors.upsert('c', compass);
    assert.deepEqual(await near(vectors, [1, 0], { minScore: 0.5 }), ['east', 'between']);
    assert.deepEqual(await near(vectors, [1, 0], { minScore: 1.1 }), []);
  }),
  rule('where', 'gives only those whose data has all the values', async ({ vectors }) => {
    const data: Json[] = [{ a: 1, b: 'x\u0000' }, { a: 1 }, { a: '1', b: 'x\u0000' }, null, [1], 'a', { a: null }];
    await vectors.upsert(
      'c',
      data.map((one, index) => item(`i${index}`, [1, index], one)),
    );
    assert.deepEqual(await near(vectors, [1, 0], { where: { a: 1 } }), ['i0', 'i1']);
    assert.deepEqual(await near(vectors, [1, 0], { where: { a: 1 }, limit: 1 }), ['i0']);
    assert.deepEqual(await near(vectors, [1, 0], { where: { b: 'x\u0000', a: 1 } }), ['i0']);
    assert.deepEqual(await near(vectors, [1, 0], { where: { a: null } }), ['i6']);
    assert.deepEqual(await near(vectors, [1, 0], { where: { constructor: null } }), []);
    assert.equal((await near(vectors, [1, 0], { where: {} })).length, 7);
  }),
  rule('upsert', 'takes the place of an item with the same id', async ({ vectors }) => {
    await vectors.upsert('c', compass);
    await vectors.upsert('c', [item('west', [1, 0.001], 'moved')]);
    const hits = await vectors.nearest('c', Float32Array.from([1, 0]), { limit: 2 });
    assert.deepEqual(
      hits.map(({ id, data }) => [id, data]),
      [
        ['east', { id: 'east' }],
        ['west', 'moved'],
      ],
    );
    await vectors.upsert('c', [item('x', [1, 0], 1), item('x', [0, -1], 2)]);
    assert.deepEqual((await vectors.nearest('c', Float32Array.from([0, -1]), { limit: 1 }))[0]?.data, 2);
  }),
  rule('dimensions', 'takes the number of numbers of the first vector, until it is empty', async ({ vectors }) => {
    await vectors.upsert('c', [item('a', [1, 0])]);
    await assert.rejects(async () => vectors.upsert('c', [item('b', [1, 0, 0])]), invalid);
    await assert.rejects(async () => vectors.nearest('c', Float32Array.from([1]), {}), invalid);
    await assert.rejects(async () => vectors.upsert('d', [item('a', [1]), item('b', [1, 1])]), invalid);
    assert.deepEqual(await vectors.collections(), [{ name: 'c', dimensions: 2, items: 1 }]);
    await vectors.remove('c', ['a']);
    await vectors.upsert('c', [item('b', [1, 0, 0])]);
    assert.deepEqual(await vectors.collections(), [{ name: 'c', dimensions: 3, items: 1 }]);
  }),
  rule('numbers', 'refuses numbers that are not finite, and nothing but zeros', async ({ vectors }) => {
    for (const numbers of [[], [0, 0], [1, Number.NaN], [Number.POSITIVE_INFINITY, 1]]) {
      await assert.rejects(async () => vectors.upsert('c', [item('a', numbers)]), invalid);
      await assert.rejects(async () => vectors.nearest('c', Float32Array.from(numbers), {}), invalid);
    }
    assert.deepEqual(await vectors.collections(), []);
  }),
  rule('all-or-none', 'adds nothing when one of the items can not be kept', async ({ vectors }) => {
    await vectors.upsert('c', [item('a', [1, 0], 'first')]);
    await assert.rejects(async () => vectors.upsert('c', [item('a', [0, 1], 'lost'), item('b', [1])]), invalid);
    await assert.rejects(async () => vectors.upsert('c', [item('b', [0, 1]), item('d', [1, 1], 1n as never)]));
    const hits = await vectors.nearest('c', Float32Array.from([1, 0]), {});
    assert.deepEqual(
      hits.map(({ id, data }) => [id, data]),
      [['a', 'first']],
    );
    await vectors.upsert('c', []);
  }),
  rule('remove', 'removes items, or all of a collection, and nothing twice without an error', async ({ vectors }) => {
    await vectors.upsert('c', compass);
    await vectors.upsert('d', [item('east', [1, 0])]);
    for (const ids of [['west', 'nope'], ['west'], []]) await vectors.remove('c', ids);
    assert.deepEqual(await near(vectors, [1, 0]), ['east', 'between', 'north']);
    for (const name of ['c', 'c', 'nope']) await vectors.remove(name);
    assert.deepEqual(await vectors.collections(), [{ name: 'd', dimensions: 2, items: 1 }]);
    assert.deepEqual(await near(vectors, [1, 0]), []);
  }),
  rule('collections', 'lists the collections by name, with what is in them', async ({ vectors }) => {
    for (const name of ['b', 'a', 'B', '🦀', '\ufb01']) await vectors.upsert(name, [item('x', [1, 2, 3])]);
    await vectors.upsert('a', [item('y', [1, 2, 3])]);
    const listed = (await vectors.collections()).map(({ name, dimensions, items }) => [name, dimensions, items]);
    assert.deepEqual(listed, [
      ['B', 3, 1],
      ['a', 3, 2],
      ['b', 3, 1],
      ['\ufb01', 3, 1],
      ['🦀', 3, 1],
    ]);
  }),
  rule('names', 'refuses names that hold a zero or a lone surrogate, and keeps nothing', async ({ vectors }) => {
    for (const bad of ['a\0', 'a\ud800']) {
      await assert.rejects(async () => vectors.upsert(bad, [item('a', [1])]), { code: 'RUSTIC_STORAGE_TEXT' });
      await assert.rejects(async () => vectors.upsert('c', [item(bad, [1])]), { code: 'RUSTIC_STORAGE_TEXT' });
      assert.deepEqual(await vectors.nearest(bad, Float32Array.from([1]), {}), []);
      await vectors.remove(bad);
      await vectors.remove('c', [bad]);
    }
    assert.deepEqual(await vectors.collections(), []);
  }),
  rule('no-sharing', 'shares no object with the caller', async ({ vectors }) => {
    const given = item('a', [1, 0], { list: [1] });
    await vectors.upsert('c', [given]);
    given.vector.set([0, 1]);
    (given.data as unknown as { list: number[] }).list.push(2);
    const [hit] = await vectors.nearest('c', Float32Array.from([1, 0]), {});
    assert.ok((hit?.score ?? 0) > 0.99);
    assert.deepEqual(hit?.data, { list: [1] });
    const view = new Float32Array(Float32Array.from([9, 9, 0, 1]).buffer, 8, 2);
    await vectors.upsert('c', [{ id: 'view', vector: view, data: null }]);
    assert.deepEqual(await near(vectors, [0, 1], { limit: 1 }), ['view']);
  }),
  lasting('again', 'are there when the store is opened again', async (within) => {
    await within(({ vectors }) => vectors.upsert('c', compass));
    await within(async ({ vectors }) => {
      assert.deepEqual(await near(vectors, [1, 0]), ['east', 'between', 'north', 'west']);
      await assert.rejects(async () => vectors.upsert('c', [item('b', [1])]), invalid);
    });
  }),
];

/** Registers the suite for one implementation: `describeVectors(subject, { describe, it })`. */
export const describeVectors = (subject: VectorsSubject, runner: Runner): void =>
  describeSuite('vectors', vectorsSuite, subject, runner);
