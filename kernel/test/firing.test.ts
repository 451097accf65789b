import { defineHook } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { expected, open, tapping, toolbox } from './plugins.js';

declare module '@rustic-ai/kernel' {
  interface Hooks {
    'odd.seen': { readonly kind: 'observe'; readonly payload: { readonly n: number } };
    'odd.value': { readonly kind: 'transform'; readonly payload: readonly string[] };
    'odd.claim': { readonly kind: 'claim'; readonly payload: string; readonly answer: string };
    'odd.parts': { readonly kind: 'collect'; readonly payload: string; readonly answer: string };
  }
}
const odd = <const Id extends string, const Kind extends 'observe' | 'transform' | 'claim' | 'collect'>(
  id: Id,
  kind: Kind,
) => defineHook({ id, kind, timeLimitMs: 40 });
const contracts = {
  ...standard,
  hooks: [
    ...standard.hooks,
    odd('odd.seen', 'observe'),
    odd('odd.value', 'transform'),
    odd('odd.claim', 'claim'),
    odd('odd.parts', 'collect'),
  ],
};
const add = (text: string) => (value: readonly string[]) => [...value, text];
const hostile = {
  toString() {
    throw new Error('no text');
  },
};
/** What a tap can fail with that is no error. */
const thrown: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['zero', 0],
  ['an empty text', ''],
  ['false', false],
  ['a text', 'text'],
  ['an object that has no text', hostile],
  ['an object without a prototype', Object.create(null)],
  ['a symbol', Symbol('s')],
];
const ways: readonly (readonly [string, (value: unknown) => () => never])[] = [
  [
    'throws',
    (value) => () => {
      throw value;
    },
  ],
  ['rejects with', (value) => () => Promise.reject(value) as never],
];

describe.each(ways)('a tap that %s', (_way, failing) => {
  it.each(thrown)('%s is skipped, named, and the others go on', async (_name, value) => {
    const fail = failing(value);
    const taps = { 'odd.seen': fail, 'odd.value': fail, 'odd.claim': fail, 'odd.parts': fail };
    const seen: string[] = [];
    const kernel = await open({
      contracts,
      plugins: [
        tapping('bad', taps),
        tapping('good', {
          'odd.seen': () => void seen.push('good'),
          'odd.value': add('good'),
          'odd.claim': () => 'good',
          'odd.parts': () => 'good',
        }),
      ],
    });
    await kernel.hooks.observe('odd.seen', { n: 1 });
    expect(seen).toEqual(['good']);
    expect(await kernel.hooks.transform('odd.value', [])).toEqual(['good']);
    expect(await kernel.hooks.claim('odd.claim', '')).toBe('good');
    expect(await kernel.hooks.collect('odd.parts', '')).toEqual(['good']);
    expect(kernel.logs.map(({ plugin, data }) => [plugin, (data as { code: string }).code])).toEqual(
      Array.from({ length: 4 }, () => ['bad', 'RUSTIC_HOOK_FAILED']),
    );
  });

  it.each(thrown)('%s at a gate is a deny', async (_name, value) => {
    const kernel = await open({
      plugins: [toolbox('tools', { look: {} }), tapping('bad', { 'tool.call': failing(value) })],
    });
    await expect(kernel.use('tool').default.invoke({} as never, kernel.call())).rejects.toEqual(
      expect.objectContaining({ code: 'RUSTIC_PERMISSION_DENIED' }),
    );
  });
});

describe('a firing', () => {
  it('without taps makes no promise', async () => {
    const kernel = await open({ contracts, plugins: [] });
    const value = ['x'];
    expect(kernel.hooks.observe('odd.seen', { n: 1 })).toBeUndefined();
    expect(kernel.hooks.transform('odd.value', value)).toBe(value);
    expect(kernel.hooks.claim('odd.claim', '')).toBeUndefined();
    expect(kernel.hooks.collect('odd.parts', '')).toEqual([]);
  });

  it('takes an answer that only looks like a promise', async () => {
    const looking = (then: unknown) => ({ [['then'].join('')]: then }) as never;
    const thenable = looking((resolve: (value: string) => void) => resolve('mine'));
    const throwing = looking(() => {
      throw new Error('no');
    });
    const kernel = await open({
      contracts,
      plugins: [
        tapping('thrower', { 'odd.claim': () => throwing, 'odd.parts': () => throwing }),
        tapping('thenable', { 'odd.claim': () => thenable, 'odd.parts': () => thenable }),
      ],
    });
    expect(await kernel.hooks.claim('odd.claim', '')).toBe('mine');
    expect(await kernel.hooks.collect('odd.parts', '')).toEqual(['mine']);
    expect(kernel.logs.map(({ plugin }) => plugin)).toEqual(['thrower', 'thrower']);
  });

  it('goes on behind a tap that hangs, and what that says in the end changes nothing', async () => {
    const late = Promise.withResolvers<readonly string[]>();
    const called: string[] = [];
    const noting = (name: string) => (value: readonly string[]) => (called.push(name), [...value, name]);
    const kernel = await open({
      contracts,
      plugins: [
        tapping('before', { 'odd.value': noting('before') }),
        tapping('late', { 'odd.value': () => late.promise }),
        tapping('after', { 'odd.value': noting('after') }),
      ],
    });
    expect(await kernel.hooks.transform('odd.value', [])).toEqual(['before', 'after']);
    late.resolve(['late']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(called).toEqual(['before', 'after']);
    expect(kernel.logs.map(({ message }) => message)).toEqual([
      expected('RUSTIC_HOOK_TIMEOUT', { plugin: 'late', version: 'in-code', hook: 'odd.value', limitMs: 40 }).message,
    ]);
  });

  it('gives up on each of several that hang, and on no other', async () => {
    const never = () => new Promise<never>(() => {});
    const hanging = { 'odd.value': never, 'odd.parts': never, 'odd.claim': never, 'odd.seen': never };
    const kernel = await open({
      contracts,
      plugins: [
        tapping('one', hanging),
        tapping('two', hanging),
        tapping('good', { 'odd.value': add('good'), 'odd.parts': () => 'good', 'odd.claim': () => 'good' }),
        tapping('three', hanging),
      ],
    });
    expect(await kernel.hooks.transform('odd.value', [])).toEqual(['good']);
    expect(await kernel.hooks.collect('odd.parts', '')).toEqual(['good']);
    expect(await kernel.hooks.claim('odd.claim', '')).toBe('good');
    await kernel.hooks.observe('odd.seen', { n: 1 });
    const hung = ['one', 'two', 'three'];
    expect(kernel.logs.map(({ plugin }) => plugin)).toEqual([...hung, ...hung, 'one', 'two', ...hung]);
  });

  it('gives each tap the whole limit, and tells the late one alone', async () => {
    const told: string[] = [];
    const slow =
      (name: string, ms: number) =>
      (value: readonly string[], { signal }: { readonly signal: AbortSignal }) => {
        signal.addEventListener('abort', () => told.push(name));
        return new Promise<readonly string[]>((resolve) => {
          setTimeout(() => resolve([...value, name]), ms);
        });
      };
    const kernel = await open({
      contracts,
      plugins: [
        tapping('a', { 'odd.value': slow('a', 25) }),
        tapping('b', { 'odd.value': slow('b', 25) }),
        tapping('c', { 'odd.value': slow('c', 25) }),
        tapping('d', { 'odd.value': slow('d', 5_000) }),
      ],
    });
    expect(await kernel.hooks.transform('odd.value', [])).toEqual(['a', 'b', 'c']);
    expect(told).toEqual(['d']);
  });

  it('keeps hundreds at the same time apart', async () => {
    const plugins = Array.from({ length: 20 }, (_, index) =>
      tapping(`p-${index}`, {
        'odd.value': async (value) => {
          if (index % 7 === 3) throw new Error('each time');
          await new Promise((resolve) => setImmediate(resolve));
          return [...value, String(index)];
        },
      }),
    );
    const kernel = await open({ contracts, plugins });
    const all = await Promise.all(
      Array.from({ length: 300 }, (_, index) => kernel.hooks.transform('odd.value', [`start ${index}`])),
    );
    const names = plugins.map((_, index) => String(index)).filter((_, index) => index % 7 !== 3);
    expect(all).toEqual(all.map((_, index) => [`start ${index}`, ...names]));
  });

  it('of a tap is timed the first time, so that a chain can be shown with what it costs', async () => {
    const kernel = await open({
      contracts,
      plugins: [
        tapping('slow', { 'odd.value': () => new Promise((resolve) => setTimeout(() => resolve(undefined), 20)) }),
        tapping('fast', { 'odd.value': () => undefined, 'odd.seen': () => {} }),
      ],
    });
    await kernel.hooks.transform('odd.value', []);
    const [seen, slow, fast] = kernel.hooks.times();
    expect(seen).toEqual({ hook: 'odd.seen', plugin: 'fast', timed: 0, totalMs: 0 });
    expect([slow, fast]).toMatchObject([
      { hook: 'odd.value', plugin: 'slow', timed: 1 },
      { hook: 'odd.value', plugin: 'fast', timed: 1 },
    ]);
    expect(slow?.totalMs).toBeGreaterThan(fast?.totalMs ?? Number.POSITIVE_INFINITY);
  });

  it('shows a tap nothing of the dispatch it is part of', async () => {
    const seen: unknown[] = [];
    const kernel = await open({
      contracts,
      plugins: [tapping('nosy', { 'odd.claim': (_, context) => void seen.push(...Reflect.ownKeys(context)) })],
    });
    await kernel.hooks.claim('odd.claim', '');
    expect(seen).toEqual(['plugin']);
  });
});
