import { strict as assert } from 'node:assert';
import type { Grant, Grants } from '../permissions/types.js';
import { keptRule, type KeptRule, type KeptSubject, placeRule } from './kept.js';
import { describeSuite, type Runner } from './suite.js';

interface Opened {
  readonly grants: Grants;
  close(): Promise<void>;
}
/** What the suite needs of a service `grants`. */
export type GrantsSubject = KeptSubject<Opened>;
const rule = keptRule<Opened>;
const lasting = placeRule<Opened>;

const grant = (id: string, more: Partial<Grant> = {}): Grant => ({
  id,
  plugin: 'tool-shell',
  operation: 'tool',
  name: 'shell_run',
  rule: { effect: 'allow', action: 'exec', match: `echo ${id}` },
  scope: 'user',
  grantedAt: '2026-01-02T03:04:05.678Z',
  ...more,
});
const ids = async (grants: Grants) => (await grants.list()).map(({ id }) => id);

/** What `Grants` promises, rule by rule. */
export const grantsSuite: readonly KeptRule<Opened>[] = [
  rule('as-added', 'lists every field as it was added, whatever the scope, and no others', async ({ grants }) => {
    const origin = { agent: 'helper', plugin: 'agent-loop', target: 'ssh:böx "1"' };
    const all = [
      grant('a', { scope: 'session', within: 's-1', rule: { effect: 'allow', action: 'net', match: '*', origin } }),
      grant('b', { scope: 'project', within: "/w/it's 漢 🦀" }),
      grant('c'),
    ];
    for (const one of all) await grants.add(one);
    assert.deepEqual(await grants.list(), all);
  }),
  rule('order', 'lists in the order they were added, whatever a clock said', async ({ grants }) => {
    const years = { c: '2026', a: '2024', b: '2025' };
    for (const [id, year] of Object.entries(years))
      await grants.add(grant(id, { grantedAt: `${year}-01-01T00:00:00.000Z` }));
    assert.deepEqual(await ids(grants), ['c', 'a', 'b']);
  }),
  rule('replace', 'replaces the one with the same id, which is the newest then', async ({ grants }) => {
    for (const id of ['a', 'b']) await grants.add(grant(id));
    const replaced = grant('a', { name: 'other' });
    await grants.add(replaced);
    assert.deepEqual(await grants.list(), [grant('b'), replaced]);
  }),
  rule('revoke', 'forgets exactly what is revoked, and says whether it was there', async ({ grants }) => {
    for (const id of ['a', 'b', 'c']) await grants.add(grant(id));
    assert.equal(await grants.revoke('b'), true);
    assert.equal(await grants.revoke('b'), false);
    assert.equal(await grants.revoke('%'), false);
    assert.deepEqual(await ids(grants), ['a', 'c']);
  }),
  rule('expired', 'lists those whose rule has expired too', async ({ grants }) => {
    const expires = '2001-01-01T00:00:00.000Z';
    await grants.add(grant('a', { rule: { effect: 'allow', action: 'exec', match: 'ls', expires } }));
    assert.deepEqual(await ids(grants), ['a']);
  }),
  rule('concurrent', 'keeps all that are added at once, in the order of the calls', async ({ grants }) => {
    const wanted = ['d', 'a', 'c', 'b'];
    await Promise.all(wanted.map((id) => grants.add(grant(id))));
    assert.deepEqual(await ids(grants), wanted);
  }),
  rule('no-sharing', 'shares no object with the caller, in neither direction', async ({ grants }) => {
    const own = { effect: 'allow' as const, action: 'exec', match: 'ls' };
    await grants.add(grant('a', { rule: own }));
    own.match = '**';
    const match = async () => (await grants.list())[0]?.rule.match;
    assert.equal(await match(), 'ls');
    const got = (await grants.list())[0]?.rule as { match: string };
    if (!Object.isFrozen(got)) got.match = '**';
    assert.equal(await match(), 'ls');
  }),
  lasting('again', 'are there when the store is opened again, and so is their order', async (within) => {
    const all = ['b', 'c', 'a'].map((id) => grant(id));
    await within(async ({ grants }) => {
      for (const one of all) await grants.add(one);
    });
    assert.deepEqual(await within(({ grants }) => grants.list()), all);
  }),
  lasting('shared', 'are seen by everybody who has the store open', (within) =>
    within((one) =>
      within(async (other) => {
        assert.deepEqual([await ids(one.grants), await ids(other.grants)], [[], []]);
        await one.grants.add(grant('a'));
        await other.grants.add(grant('b'));
        assert.deepEqual(await ids(one.grants), ['a', 'b']);
        assert.deepEqual(await ids(other.grants), ['a', 'b']);
      }),
    ),
  ),
  lasting('revoked-for-all', 'are gone for everybody once somebody revoked them', (within) =>
    within(async (one) => {
      for (const id of ['a', 'b']) await one.grants.add(grant(id));
      await within(async (other) => assert.equal(await other.grants.revoke('a'), true));
      assert.deepEqual(await ids(one.grants), ['b']);
      assert.equal(await one.grants.revoke('a'), false);
      assert.deepEqual(await within((other) => ids(other.grants)), ['b']);
    }),
  ),
];

/** Registers the suite for one implementation: `describeGrants(subject, { describe, it })`. */
export const describeGrants = (subject: GrantsSubject, runner: Runner): void =>
  describeSuite('grants', grantsSuite, subject, runner);
