import { defineHook } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { expected, open, plugin, said, tapping, toolbox } from './plugins.js';

declare module '@rustic-ai/kernel' {
  interface Hooks {
    'test.seen': { readonly kind: 'observe'; readonly payload: { readonly list: readonly string[] } };
    'test.value': { readonly kind: 'transform'; readonly payload: readonly string[] };
    'test.claim': { readonly kind: 'claim'; readonly payload: string; readonly answer: string };
    'test.parts': { readonly kind: 'collect'; readonly payload: string; readonly answer: string };
  }
}
const hook = <const Id extends string, const Kind extends 'observe' | 'transform' | 'claim' | 'collect'>(
  id: Id,
  kind: Kind,
) => defineHook({ id, kind, timeLimitMs: 30 });
const contracts = {
  ...standard,
  hooks: [
    ...standard.hooks,
    hook('test.seen', 'observe'),
    hook('test.value', 'transform'),
    hook('test.claim', 'claim'),
    hook('test.parts', 'collect'),
  ],
};
const never = () => new Promise<undefined>(() => {});
const broken = (): never => {
  throw new TypeError('it broke');
};
const add = (text: string) => (value: readonly string[]) => [...value, text];
const failure = (plugin: string, hook: string, reason = 'it broke') =>
  expected('RUSTIC_HOOK_FAILED', { plugin, version: 'in-code', hook, reason }).message;
const lateness = (plugin: string, hook: string) =>
  expected('RUSTIC_HOOK_TIMEOUT', { plugin, version: 'in-code', hook, limitMs: 30 }).message;

describe('observe', () => {
  it('shows every tap the same frozen event and waits for all of them', async () => {
    const seen: string[] = [];
    const look = (name: string) => async (event: { readonly list: readonly string[] }) => {
      await Promise.resolve();
      seen.push(`${name} ${Object.isFrozen(event)} ${event.list.join()}`);
    };
    const kernel = await open({
      contracts,
      plugins: [tapping('a', { 'test.seen': look('a') }), tapping('b', { 'test.seen': look('b') })],
    });
    await kernel.hooks.observe('test.seen', { list: ['x'] });
    expect(seen).toEqual(['a true x', 'b true x']);
  });

  it('records a tap that throws or hangs, named, and goes on', async () => {
    const seen: string[] = [];
    const kernel = await open({
      contracts,
      plugins: [
        tapping('thrower', { 'test.seen': broken }),
        tapping('hanger', { 'test.seen': never }),
        tapping('odd', { 'test.seen': () => Promise.reject(Object.create(null)) }),
        tapping('good', { 'test.seen': () => seen.push('good') }),
      ],
    });
    await kernel.hooks.observe('test.seen', { list: [] });
    expect(seen).toEqual(['good']);
    expect(kernel.logs.map(({ level, plugin, message }) => [level, plugin, message])).toEqual([
      ['error', 'thrower', failure('thrower', 'test.seen')],
      ['error', 'odd', failure('odd', 'test.seen', 'it can not be shown')],
      ['error', 'hanger', lateness('hanger', 'test.seen')],
    ]);
  });
});

describe('transform', () => {
  it('passes the value along in order; undefined leaves it', async () => {
    const kernel = await open({
      contracts,
      plugins: [
        tapping('a', { 'test.value': add('a') }),
        tapping('b', { 'test.value': () => undefined }),
        tapping('c', { 'test.value': async (value) => add('c')(value) }),
      ],
    });
    expect(await kernel.hooks.transform('test.value', ['x'])).toEqual(['x', 'a', 'c']);
  });

  it('skips a tap that throws or hangs, and tells a late one so', async () => {
    const aborted = Promise.withResolvers<string>();
    const kernel = await open({
      contracts,
      plugins: [
        tapping('a', { 'test.value': add('a') }),
        tapping('thrower', { 'test.value': broken }),
        tapping('hanger', {
          'test.value': (_, { signal, plugin }) => {
            signal.addEventListener('abort', () => aborted.resolve(plugin));
            return never();
          },
        }),
        tapping('z', { 'test.value': add('z') }),
      ],
    });
    expect(await kernel.hooks.transform('test.value', [])).toEqual(['a', 'z']);
    expect(await aborted.promise).toBe('hanger');
    expect(kernel.logs.map(({ message }) => message)).toEqual([
      failure('thrower', 'test.value'),
      lateness('hanger', 'test.value'),
    ]);
  });
});

describe('claim', () => {
  it('takes the first answer and asks nobody after it', async () => {
    const asked: string[] = [];
    const answer = (name: string, said?: string) => () => (asked.push(name), said);
    const kernel = await open({
      contracts,
      plugins: [
        tapping('thrower', { 'test.claim': broken }),
        tapping('hanger', { 'test.claim': never }),
        tapping('silent', { 'test.claim': answer('silent') }),
        tapping('winner', { 'test.claim': answer('winner', 'mine') }),
        tapping('late', { 'test.claim': answer('late', 'too late') }),
      ],
    });
    expect(await kernel.hooks.claim('test.claim', 'x')).toBe('mine');
    expect(asked).toEqual(['silent', 'winner']);
    expect(kernel.logs.map(({ plugin }) => plugin)).toEqual(['thrower', 'hanger']);
  });

  it('is undefined when nobody answers', async () => {
    const kernel = await open({ contracts, plugins: [tapping('silent', { 'test.claim': () => undefined })] });
    expect(await kernel.hooks.claim('test.claim', 'x')).toBeUndefined();
  });
});

describe('collect', () => {
  it('keeps the order of the taps, whoever answers first, and leaves out what failed', async () => {
    const first = Promise.withResolvers<string>();
    const kernel = await open({
      contracts,
      plugins: [
        tapping('slow', { 'test.parts': () => first.promise }),
        tapping('thrower', { 'test.parts': broken }),
        tapping('silent', { 'test.parts': () => undefined }),
        tapping('hanger', { 'test.parts': never }),
        tapping('fast', { 'test.parts': () => (first.resolve('slow'), 'fast') }),
      ],
    });
    expect(await kernel.hooks.collect('test.parts', 'x')).toEqual(['slow', 'fast']);
    expect(kernel.logs.map(({ plugin }) => plugin).toSorted()).toEqual(['hanger', 'thrower']);
  });
});

describe('order', () => {
  const named = (id: string, order: object) => tapping(id, { 'test.value': [order, add(id)] });

  it('is stage, then edges, then composition', async () => {
    const kernel = await open({
      contracts,
      plugins: [
        named('end', { stage: 'last' }),
        named('b', {}),
        named('c', { before: ['b'] }),
        named('e', { after: ['d', 'unknown'] }),
        named('d', {}),
        named('start', { stage: 'first' }),
      ],
    });
    const order = ['start', 'c', 'b', 'd', 'e', 'end'];
    expect(kernel.hooks.chain('test.value')).toEqual(order);
    expect(await kernel.hooks.transform('test.value', [])).toEqual(order);
  });

  it.each([
    ['edges', [named('a', { after: ['b'] }), named('b', { after: ['a'] })], 'a -> b -> a'],
    ['stages', [named('a', { stage: 'first', after: ['b'] }), named('b', { stage: 'last' })], 'a -> b -> a'],
  ])('refuses a circle of %s with its path', async (_, plugins, path) => {
    await expect(open({ contracts, plugins })).rejects.toMatchObject({
      code: 'RUSTIC_HOOK_CYCLE',
      details: { hook: 'test.value', path },
    });
  });
});

describe('life of a tap', () => {
  it('imports only the plugins that declared a tap on what fires, and each once', async () => {
    const started: string[] = [];
    const starting = (id: string, hookId: 'test.value' | 'test.parts') =>
      plugin({ id, contributes: { hook: { [hookId]: {} } } }, () => {
        started.push(id);
        return { hook: { [hookId]: () => undefined } };
      });
    const kernel = await open({ contracts, plugins: [starting('a', 'test.value'), starting('b', 'test.parts')] });
    expect(started).toEqual([]);
    await Promise.all([kernel.hooks.transform('test.value', []), kernel.hooks.transform('test.value', [])]);
    expect(started).toEqual(['a']);
  });

  it('ends with its plugin', async () => {
    const seen: string[] = [];
    const kernel = await open({ contracts, plugins: [tapping('a', { 'test.seen': () => seen.push('a') })] });
    await kernel.hooks.observe('test.seen', { list: [] });
    await kernel.dispose();
    await kernel.hooks.observe('test.seen', { list: [] });
    expect(seen).toEqual(['a']);
    expect(kernel.hooks.chain('test.seen')).toEqual([]);
  });

  it('passes over the taps of a plugin that can not start', async () => {
    const kernel = await open({
      contracts,
      plugins: [
        plugin({ id: 'bad', contributes: { hook: { 'test.value': {} } } }, broken),
        tapping('good', { 'test.value': add('good') }),
      ],
    });
    expect(await kernel.hooks.transform('test.value', [])).toEqual(['good']);
  });

  it('is refused on a hook that no contract defines', async () => {
    const stranger = plugin({ id: 'stranger', contributes: { hook: { 'no.such': {} } } });
    await expect(open({ plugins: [stranger] })).rejects.toMatchObject({
      code: 'RUSTIC_CAPABILITY_UNKNOWN',
      details: { plugin: 'stranger', capability: 'no.such' },
    });
  });

  it('can not be faked: the hooks of operations are fired by the kernel alone', async () => {
    const kernel = await open({
      plugins: [
        toolbox('tools', { echo: { run: () => said('x') } }),
        tapping('spy', { 'tool.called': () => undefined }),
        plugin({ id: 'forger', contributes: { hook: { 'turn.started': {} } } }, ({ hooks }) => ({
          hook: { 'turn.started': () => hooks.observe('tool.called' as never, {} as never) },
        })),
      ],
    });
    await kernel.hooks.observe('turn.started', { session: 's', turn: 1 });
    expect(kernel.logs.map(({ plugin, message }) => [plugin, message])).toEqual([
      [
        'forger',
        expected('RUSTIC_HOOK_FAILED', {
          version: 'in-code',
          plugin: 'forger',
          hook: 'turn.started',
          reason: '"the firing plugin" names "tool.called", which no contract defines.',
        }).message,
      ],
    ]);
  });
});
