import { strict as assert } from 'node:assert';
import { activeLabel, type Prompts, type PromptVersion } from '../contracts/prompts.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { iso } from './session-store/given.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly prompts: Prompts;
  close(): Promise<void>;
}
/** What the suite needs of a service `prompts`. */
export type PromptsSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const unknown = (prompt: string, version: number) => ({
  code: 'RUSTIC_PROMPT_UNKNOWN',
  details: { prompt, version },
});
const texts = async (prompts: Prompts, name: string) => (await prompts.versions(name)).map(({ text }) => text);
const names = (list: readonly PromptVersion[]) => list.map(({ name, version }) => `${name}@${version}`);
/** Puts versions of one prompt. */
async function put(prompts: Prompts, name: string, ...versions: readonly string[]) {
  for (const text of versions) await prompts.put({ name, text });
}

/** What `Prompts` promises, rule by rule. */
export const promptsSuite: readonly KeptRule<Opened>[] = [
  rule('as-put', 'gives every field back as it was put, with a UTC time, and no others', async ({ prompts }) => {
    const text = 'Review {{ file }}:\n ü 漢 🦀 \u0000 \ud800';
    await prompts.put({ name: 'review', text, description: 'Reviews', tags: ['b', 'a'] });
    await prompts.put({ name: 'plain', text: '' });
    const { createdAt, ...review } = (await prompts.get('review')) ?? { createdAt: '' };
    assert.match(createdAt, iso);
    const given = { name: 'review', version: 1, text, description: 'Reviews', tags: ['b', 'a'], labels: [] };
    assert.deepEqual(review, given);
    const plain = await prompts.get('plain');
    assert.deepEqual([plain?.text, plain?.tags, 'description' in (plain ?? {})], ['', [], false]);
  }),
  rule('versions', 'counts the versions of a prompt from 1, and changes none of them', async ({ prompts }) => {
    assert.equal(await prompts.put({ name: 'p', text: 'one' }), 1);
    assert.equal(await prompts.put({ name: 'p', text: 'two' }), 2);
    assert.equal(await prompts.put({ name: 'q', text: 'other' }), 1);
    assert.deepEqual(await texts(prompts, 'p'), ['one', 'two']);
    assert.deepEqual(await texts(prompts, 'nope'), []);
  }),
  rule('get', 'gets the newest, or one version, or none that is not there', async ({ prompts }) => {
    await put(prompts, 'p', 'one', 'two');
    assert.equal((await prompts.get('p'))?.version, 2);
    assert.equal((await prompts.get('p', 1))?.text, 'one');
    for (const at of [0, 3, 1.5, '1', 'nope']) assert.equal(await prompts.get('p', at), undefined);
    assert.equal(await prompts.get('nope'), undefined);
  }),
  rule('label', 'gets the version a label points at, wherever it was moved', async ({ prompts }) => {
    await put(prompts, 'p', 'one', 'two', 'three');
    await put(prompts, 'q', 'other');
    await prompts.label('p', 'tried', 1);
    await prompts.label('p', 'best', 1);
    await prompts.label('p', 'tried', 2);
    assert.equal((await prompts.get('p', 'tried'))?.text, 'two');
    assert.deepEqual((await prompts.get('p', 1))?.labels, ['best']);
    await prompts.label('p', 'tried', undefined);
    await prompts.label('p', 'nope', undefined);
    assert.equal(await prompts.get('p', 'tried'), undefined);
    assert.equal(await prompts.get('q', 'best'), undefined);
  }),
  rule('labels', 'lists the labels of a version by name', async ({ prompts }) => {
    await put(prompts, 'p', 'one');
    for (const label of ['b', 'a', '__proto__']) await prompts.label('p', label, 1);
    assert.deepEqual((await prompts.get('p', 1))?.labels, ['__proto__', 'a', 'b']);
    assert.deepEqual((await prompts.versions('p'))[0]?.labels, ['__proto__', 'a', 'b']);
  }),
  rule('active', 'gets the version labelled active where none is named', async ({ prompts }) => {
    await put(prompts, 'p', 'one', 'two');
    await prompts.label('p', activeLabel, 1);
    assert.equal((await prompts.get('p'))?.text, 'one');
    await put(prompts, 'p', 'three');
    assert.equal((await prompts.get('p'))?.text, 'one');
    await prompts.label('p', activeLabel, undefined);
    assert.equal((await prompts.get('p'))?.text, 'three');
  }),
  rule('label-unknown', 'refuses to label a version that is not there, and moves nothing', async ({ prompts }) => {
    await put(prompts, 'p', 'one');
    await prompts.label('p', 'l', 1);
    await assert.rejects(prompts.label('p', 'l', 2), unknown('p', 2));
    await assert.rejects(prompts.label('nope', 'l', 1), unknown('nope', 1));
    assert.equal((await prompts.get('p', 'l'))?.version, 1);
  }),
  rule('list', 'lists of each prompt what get gives, by name', async ({ prompts }) => {
    for (const name of ['b', 'a', 'B', '🦀', '\ufb01']) await put(prompts, name, 'one', 'two');
    await prompts.label('b', activeLabel, 1);
    const listed = await prompts.list({});
    assert.deepEqual(names(listed), ['B@2', 'a@2', 'b@1', '\ufb01@2', '🦀@2']);
    assert.deepEqual(listed[2], await prompts.get('b'));
  }),
  rule('list-tag', 'lists by the tag of that version', async ({ prompts }) => {
    await prompts.put({ name: 'p', text: 'one', tags: ['x', 'y'] });
    await prompts.put({ name: 'q', text: 'one', tags: ['x'] });
    await prompts.put({ name: 'q', text: 'two', tags: ['z'] });
    assert.deepEqual(names(await prompts.list({ tag: 'x' })), ['p@1']);
    assert.deepEqual(names(await prompts.list({ tag: 'z' })), ['q@2']);
    assert.deepEqual(await prompts.list({ tag: 'x"' }), []);
  }),
  rule('remove', 'removes all versions and labels, and nothing twice without an error', async ({ prompts }) => {
    await put(prompts, 'p', 'one', 'two');
    await put(prompts, 'q', 'other');
    await prompts.label('p', activeLabel, 2);
    for (const name of ['p', 'p', 'nope']) await prompts.remove(name);
    assert.deepEqual(names(await prompts.list({})), ['q@1']);
    assert.equal(await prompts.put({ name: 'p', text: 'new' }), 1);
    assert.deepEqual((await prompts.get('p'))?.labels, []);
  }),
  rule('names', 'refuses names that hold a zero or a lone surrogate, and keeps nothing', async ({ prompts }) => {
    for (const bad of ['a\0', 'a\ud800']) {
      await assert.rejects(async () => prompts.put({ name: bad, text: '' }), { code: 'RUSTIC_STORAGE_TEXT' });
      assert.equal(await prompts.get(bad), undefined);
    }
    assert.deepEqual(await prompts.list({}), []);
    await put(prompts, 'p', 'one');
    await assert.rejects(async () => prompts.label('p', 'a\0', 1), { code: 'RUSTIC_STORAGE_TEXT' });
  }),
  rule('concurrent', 'keeps all that are put at once, each as a version of its own', async ({ prompts }) => {
    const wanted = ['a', 'b', 'c', 'd'];
    const versions = await Promise.all(wanted.map((text) => prompts.put({ name: 'p', text })));
    assert.deepEqual(versions.toSorted(), [1, 2, 3, 4]);
    assert.deepEqual((await texts(prompts, 'p')).toSorted(), wanted);
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async ({ prompts }) => {
    const tags = ['a'];
    await prompts.put({ name: 'p', text: '', tags });
    tags.push('b');
    const got = (await prompts.get('p'))?.tags as string[];
    assert.deepEqual(got, ['a']);
    if (!Object.isFrozen(got)) got.push('c');
    assert.deepEqual((await prompts.get('p'))?.tags, ['a']);
  }),
  lasting('again', 'is there when the store is opened again: versions, labels and the next number', async (within) => {
    await within(async ({ prompts }) => {
      await put(prompts, 'p', 'one', 'two');
      await prompts.label('p', activeLabel, 1);
    });
    await within(async ({ prompts }) => {
      assert.equal((await prompts.get('p'))?.text, 'one');
      assert.equal(await prompts.put({ name: 'p', text: 'three' }), 3);
    });
  }),
  lasting('shared', 'is seen by everybody who has the store open', (within) =>
    within((one) =>
      within(async (other) => {
        assert.deepEqual(await other.prompts.list({}), []);
        await one.prompts.put({ name: 'p', text: 'one' });
        assert.equal(await other.prompts.put({ name: 'p', text: 'two' }), 2);
        assert.deepEqual(await texts(one.prompts, 'p'), ['one', 'two']);
      }),
    ),
  ),
];

/** Registers the suite for one implementation: `describePrompts(subject, { describe, it })`. */
export const describePrompts = (subject: PromptsSubject, runner: Runner): void =>
  describeSuite('prompts', promptsSuite, subject, runner);
