import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { open, said } from './helper.js';

/** A tool that counts how often it ran. */
function counting() {
  let runs = 0;
  return () => said(String(++runs));
}

it('gives the result of the same input again, whatever the order of its keys', async () => {
  const { call } = await open(counting());
  const first = await call('brief', 'a', { more: 'x' });
  expect(await call('brief', 'a', { more: 'x' })).toEqual(first);
  const { kernel } = await open(counting());
  const brief = kernel.use('tool').get('brief');
  await brief.invoke({ at: 'a', more: 'x' }, kernel.call());
  expect(await brief.invoke({ more: 'x', at: 'a' }, kernel.call())).toEqual(said('1'));
  expect(await brief.invoke({ at: 'a', more: 'y' }, kernel.call())).toEqual(said('2'));
});

it('remembers nothing of tools that do not say how long, nor of those that change something', async () => {
  const { call } = await open(counting());
  const all = [];
  for (const name of ['plain', 'plain', 'change', 'change']) all.push(await call(name, 'a'));
  expect(all).toEqual(['1', '2', '3', '4'].map(said));
});

it('forgets what is over, and everything when something was changed', async () => {
  const { call } = await open(counting());
  await call('short', 'a');
  await sleep(20);
  expect(await call('short', 'a')).toEqual(said('2'));
  await call('brief', 'a');
  expect(await call('brief', 'a')).toEqual(said('3'));
  await call('change', 'b');
  expect(await call('brief', 'a')).toEqual(said('5'));
});

it('keeps what was read while something was being changed for nobody', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let runs = 0;
  const { call } = await open(async (at) => {
    if (at === 'slow') {
      begun.resolve();
      await end.promise;
    }
    return said(String(++runs));
  });
  const changing = call('change', 'slow');
  await begun.promise;
  await call('brief', 'a');
  end.resolve();
  await changing;
  expect(await call('brief', 'a')).toEqual(said('3'));
});

it('keeps nothing that was read from before a change, however late it comes', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let runs = 0;
  const { call } = await open(async (at) => {
    const run = ++runs;
    if (at === 'slow') {
      begun.resolve();
      await end.promise;
    }
    return said(String(run));
  });
  const reading = call('brief', 'slow');
  await begun.promise;
  await call('change', 'b');
  end.resolve();
  expect(await reading).toEqual(said('1'));
  expect(await call('brief', 'slow')).toEqual(said('3'));
});

it('remembers no failure, whether thrown or given', async () => {
  let runs = 0;
  const { call } = await open((at) => {
    runs++;
    if (at === 'throws') throw new Error('no');
    return { parts: [], error: { code: 'RUSTIC_TEST', message: 'no' } };
  });
  for (const at of ['throws', 'throws', 'gives', 'gives']) await call('brief', at).catch(() => {});
  expect(runs).toBe(4);
});

it.each([
  ['entries', { entries: 2, bytes: 1_000_000 }],
  ['bytes', { entries: 100, bytes: 160 }],
])('is bounded by its %s: what was used last stays', async (_, cache) => {
  const { call } = await open(counting(), { cache });
  for (const at of ['a', 'b']) await call('brief', at);
  await call('brief', 'a');
  await call('brief', 'c');
  expect(await call('brief', 'a')).toEqual(said('1'));
  expect(await call('brief', 'b')).toEqual(said('4'));
});

it('goes round no rule: each call is decided about and stands in the audit log', async () => {
  const { kernel, call } = await open(counting());
  for (const _ of [1, 2, 3]) await call('brief', 'a');
  const rows = (await kernel.audit()).filter(({ name }) => name === 'brief');
  expect(rows.map(({ decision, by }) => [decision, by])).toEqual([1, 2, 3].map(() => ['allow', 'rule']));
});
