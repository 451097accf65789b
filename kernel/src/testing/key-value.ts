import { strict as assert } from 'node:assert';
import type { KeyValue } from '../contracts/session.js';
import type { Json } from '../errors.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What the suite needs of a key-value service: an empty one, as often as asked. */
export interface KeyValueSubject {
  open(): Promise<{ of(plugin: string): KeyValue | Promise<KeyValue>; close(): Promise<void> }>;
}

const rule = (
  id: string,
  says: string,
  check: (values: KeyValue, of: (plugin: string) => Promise<KeyValue>) => Promise<void>,
): Rule<KeyValueSubject> => ({
  id,
  says,
  async run(subject) {
    const opened = await subject.open();
    const of = async (plugin: string) => opened.of(plugin);
    try {
      await check(await of('alpha'), of);
    } finally {
      await opened.close();
    }
  },
});
const conflict = (key: string, expected: number, found: number) => ({
  code: 'RUSTIC_VALUE_CONFLICT',
  details: { key, expected, found },
});

/** What `KeyValue` promises, rule by rule. */
export const keyValueSuite: readonly Rule<KeyValueSubject>[] = [
  rule('get-absent', 'answers undefined for a key that is not set', async (values) => {
    assert.equal(await values.get('k'), undefined);
  }),
  rule('json', 'gives every JSON value back equal', async (values) => {
    const all: Json[] = [null, false, 0, 1.5, '', 'ü 漢 🦀 \u0000', '{"a":1}', [], { a: [{ b: null }] }];
    for (const [index, value] of all.entries()) await values.set(`k${index}`, value);
    const got: unknown[] = [];
    for (const index of all.keys()) got.push((await values.get(`k${index}`))?.value);
    assert.deepEqual(got, all);
  }),
  rule('versions', 'counts the versions of a key up from 1', async (values) => {
    assert.equal(await values.set('k', 'a'), 1);
    assert.equal(await values.set('k', 'b'), 2);
    assert.equal(await values.set('other', 'a'), 1);
    assert.deepEqual(await values.get('k'), { value: 'b', version: 2 });
  }),
  rule('expected', 'sets when the version is the expected one and refuses any other', async (values) => {
    await values.set('k', 'a');
    assert.equal(await values.set('k', 'b', 1), 2);
    await assert.rejects(values.set('k', 'c', 1), conflict('k', 1, 2));
    await assert.rejects(values.set('new', 'c', 1), conflict('new', 1, 0));
    assert.deepEqual(await values.get('k'), { value: 'b', version: 2 });
    assert.equal(await values.get('new'), undefined);
  }),
  rule('expected-zero', 'takes expected version 0 as "must not exist yet"', async (values) => {
    assert.equal(await values.set('k', 'a', 0), 1);
    await assert.rejects(values.set('k', 'b', 0), conflict('k', 0, 1));
    assert.deepEqual(await values.get('k'), { value: 'a', version: 1 });
  }),
  rule('race', 'lets exactly one of several sets with the same expected version win', async (values) => {
    const all = await Promise.allSettled(['a', 'b', 'c'].map((value) => values.set('k', value, 0)));
    assert.deepEqual(all.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal((await values.get('k'))?.version, 1);
  }),
  rule('namespaces', 'keeps the keys of every plugin apart', async (values, of) => {
    const beta = await of('beta');
    await values.set('k', 'a');
    await beta.set('k', 'b', 0);
    await beta.delete('k');
    assert.equal((await values.get('k'))?.value, 'a');
    assert.deepEqual(await beta.list(''), []);
  }),
  rule('delete', 'deletes a key, and deletes nothing twice without an error', async (values) => {
    await values.set('k', 'a');
    for (const key of ['k', 'k', 'nope']) await values.delete(key);
    assert.equal(await values.get('k'), undefined);
    assert.deepEqual(await values.list(''), []);
    await values.set('k', 'b', 0);
    assert.equal((await values.get('k'))?.value, 'b');
  }),
  rule('list', 'lists the keys that begin with a prefix, by key', async (values) => {
    for (const key of ['b/2', 'a', 'b/10', 'B/3', 'b', 'b/1', 'c']) await values.set(key, null);
    assert.deepEqual(await values.list('b/'), ['b/1', 'b/10', 'b/2']);
    assert.deepEqual(await values.list(''), ['B/3', 'a', 'b', 'b/1', 'b/10', 'b/2', 'c']);
    assert.deepEqual(await values.list('d'), []);
  }),
  rule('list-literal', 'takes every character of a prefix literally', async (values) => {
    for (const key of ['a%b', 'axb', 'a_b', 'a*b', 'a?b', "a'b", 'a\\b', 'ä🦀b']) await values.set(key, null);
    for (const prefix of ['a%', 'a_', 'a*', 'a?', "a'", 'a\\', 'ä🦀'])
      assert.deepEqual(await values.list(prefix), [`${prefix}b`]);
    assert.deepEqual(await values.list('%'), []);
  }),
  rule('names', 'refuses a key that holds a zero or a lone surrogate, and sets nothing', async (values) => {
    for (const key of ['a\0', 'a\ud800'])
      await assert.rejects(async () => values.set(key, 1), { code: 'RUSTIC_STORAGE_TEXT' });
    assert.deepEqual(await values.list(''), []);
    for (const key of ['__proto__', 'constructor', '', ' ']) await values.set(key, key);
    assert.deepEqual(await values.list(''), ['', ' ', '__proto__', 'constructor']);
    assert.equal((await values.get('__proto__'))?.value, '__proto__');
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async (values) => {
    const value = { list: [1] };
    await values.set('k', value);
    value.list.push(2);
    const got = (await values.get('k'))?.value as { list: number[] };
    assert.deepEqual(got, { list: [1] });
    if (!Object.isFrozen(got.list)) got.list.push(3);
    assert.deepEqual((await values.get('k'))?.value, { list: [1] });
  }),
];

/** Registers the suite for one implementation: `describeKeyValue(subject, { describe, it })`. */
export const describeKeyValue = (subject: KeyValueSubject, runner: Runner): void =>
  describeSuite('key-value', keyValueSuite, subject, runner);
