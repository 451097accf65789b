import memory from '@rustic-ai/plugin-storage-memory';
import { expect, it } from 'vitest';
import { open, said } from './helper.js';

const work = async (at: string) => {
  if (at === 'throws') throw new Error('no');
  if (at === 'hang') await new Promise(() => {});
  if (at === 'gives') return { parts: [], error: { code: 'RUSTIC_TEST', message: 'no' } };
  return said(at);
};

it('counts how calls ended, and what they took', async () => {
  const { kernel, call } = await open(
    work,
    { limitsMs: { plain: 20 } },
    { rules: [{ effect: 'deny', action: 'tool', match: 'change' }] },
  );
  const before = new Date().toISOString();
  for (const at of ['a', 'throws', 'hang', 'gives']) await call('plain', at).catch(() => {});
  for (const at of ['a', 'a', 'b']) await call('brief', at);
  await call('change', 'a').catch(() => {});
  const statistics = await kernel.service('tool.stats');
  const list = await statistics.list();
  expect(
    list.map(({ name, calls, denied, timedOut, failed, cached }) => [name, calls, denied, timedOut, failed, cached]),
  ).toEqual([
    ['brief', 3, 0, 0, 0, 1],
    ['change', 1, 1, 0, 0, 0],
    ['plain', 4, 0, 1, 2, 0],
  ]);
  const plain = list.find(({ name }) => name === 'plain');
  expect(plain?.longestMs).toBeGreaterThanOrEqual(19);
  expect(plain?.mostMs).toBeGreaterThanOrEqual(32);
  expect(plain?.halfMs).toBeLessThanOrEqual(plain?.mostMs ?? 0);
  expect([before <= (plain?.firstAt ?? ''), (plain?.firstAt ?? '') <= (plain?.lastAt ?? '')]).toEqual([true, true]);
  await statistics.clear();
  expect(await statistics.list()).toEqual([]);
});

it('lists what is counted without a store, too', async () => {
  const { kernel, call } = await open(work, {}, { store: [] });
  await call('plain', 'a');
  expect(await (await kernel.service('tool.stats')).list()).toMatchObject([{ name: 'plain', calls: 1 }]);
});

it('adds to what others counted in the same store', async () => {
  const { kernel, call } = await open(work, {}, { store: [memory] });
  const values = await kernel.service('key-value', 'policy-tools');
  await call('plain', 'a');
  const statistics = await kernel.service('tool.stats');
  await statistics.list();
  const [key = ''] = await values.list('');
  // Another process counts between two of our own writes.
  const one = (await values.get(key))?.value as { readonly calls: number };
  await values.set(key, { ...one, calls: one.calls + 10 });
  await call('plain', 'b');
  expect(await statistics.list()).toMatchObject([{ name: 'plain', calls: 12 }]);
});
