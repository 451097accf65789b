import { createKernel, type Manifest } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { Type } from '@rustic-ai/kernel/schema';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, toolbox } from './plugins.js';

const summary = { summary: 'It' };
const providing = (id: string, service: string, more: Partial<Manifest> = {}) =>
  plugin({ id, contributes: { service: { [service]: summary } }, ...more }, () => ({
    service: { [service]: { from: id } },
  }));
const requiring = (id: string, capability: string, more: Partial<Manifest> = {}) =>
  plugin({ id, requires: { it: { one: capability } }, ...more });
const refuses = (plugins: Parameters<typeof open>[0]['plugins'], bind = {}) =>
  refusal(open({ plugins: plugins ?? [], bind }));

describe('a composition is refused', () => {
  it('when two plugins have one id', async () => {
    expect(await refuses([plugin({ id: 'a' }), plugin({ id: 'a' })])).toEqual({
      code: 'RUSTIC_PLUGIN_DUPLICATE',
      details: { plugin: 'a' },
    });
  });

  it.each([
    ['required', requiring('a', 'no.such')],
    ['a service', providing('a', 'no.such')],
    ['an operation', plugin({ id: 'a', contributes: { 'no.such': { it: summary } } })],
  ])('when what is %s is defined nowhere', async (_, one) => {
    expect(await refuses([one])).toEqual({
      code: 'RUSTIC_CAPABILITY_UNKNOWN',
      details: { plugin: 'a', capability: 'no.such' },
    });
  });

  it.each(['session.store', 'model'])('when nobody provides the %s that is required', async (capability) => {
    expect(await refuses([requiring('a', capability)])).toEqual({
      code: 'RUSTIC_CAPABILITY_MISSING',
      details: { plugin: 'a', capability },
    });
  });

  it('but not for what is optional, or all there is, or the host itself', async () => {
    const requires = {
      a: { optional: 'session.store' },
      b: { all: 'model' },
      c: { one: 'host' },
      d: { optional: 'model' },
      e: { all: 'workspace' },
    };
    const seen: unknown[] = [];
    const kernel = await open({
      plugins: [plugin({ id: 'a', requires }, ({ deps }) => (seen.push(Object.keys(deps)), {}))],
    });
    await kernel.activate('a');
    expect(seen).toEqual([['b', 'c', 'e']]);
  });

  it('when plugins require each other in a circle', async () => {
    const circle = [
      providing('a', 'session.store', { requires: { it: { one: 'session' } } }),
      providing('b', 'session', { requires: { it: { one: 'workspace' } } }),
      providing('c', 'workspace', { requires: { it: { optional: 'session.store' } } }),
    ];
    expect(await refuses([requiring('first', 'session'), ...circle])).toEqual({
      code: 'RUSTIC_PLUGIN_CYCLE',
      details: { path: 'b -> c -> a -> b' },
    });
  });

  it('when two plugins contribute one name', async () => {
    expect(await refuses([toolbox('a', { it: {} }), toolbox('b', { it: {} })])).toEqual({
      code: 'RUSTIC_CAPABILITY_TAKEN',
      details: { operation: 'tool', name: 'it', first: 'a', second: 'b' },
    });
  });

  it('when several provide one service that is required, until one is bound', async () => {
    const plugins = [providing('a', 'session.store'), providing('b', 'session.store'), requiring('c', 'session.store')];
    expect(await refuses(plugins)).toEqual({
      code: 'RUSTIC_CAPABILITY_AMBIGUOUS',
      details: { capability: 'session.store', plugins: 'a, b' },
    });
    const kernel = await open({ plugins, bind: { 'session.store': 'b' } });
    expect(kernel.provider('session.store')).toBe('b');
    expect(await kernel.service('session.store')).toEqual({ from: 'b' });
  });

  it.each([
    ['session.store', 'nobody', 'a'],
    ['tool', 'missing', 'it'],
    ['workspace', 'a', '(none)'],
    ['no.such', 'a', '(none)'],
  ])('when %s is bound to %s', async (capability, to, known) => {
    expect(await refuses([providing('a', 'session.store'), toolbox('b', { it: {} })], { [capability]: to })).toEqual({
      code: 'RUSTIC_BIND_INVALID',
      details: { capability, to, known },
    });
  });

  it.each([
    [
      'an API version',
      { apiVersion: 2, id: 'a' },
      { code: 'RUSTIC_PLUGIN_API', details: { package: 'a', found: 2, supported: 1 } },
    ],
    [
      'isolation',
      { id: 'a', isolation: 'process' as const },
      { code: 'RUSTIC_PLUGIN_ISOLATION', details: { plugin: 'a', isolation: 'process' } },
    ],
  ])('when a plugin asks for %s that this kernel does not offer', async (_, manifest, refused) => {
    expect(await refuses([plugin(manifest)])).toEqual(refused);
  });

  it.each<[string, unknown, string]>([
    ['is missing', undefined, 'it is missing, not an object'],
    ['is a list', [], 'it is a list, not an object'],
    ['has a field too many', { id: 'a', hooks: {} }, '"hooks" is not a field of a manifest'],
    ['has no id', {}, '"id" must be lower-case letters, digits and dashes'],
    ['has an id in capitals', { id: 'Tool' }, '"id" must be lower-case letters, digits and dashes'],
    [
      'requires nonsense',
      { id: 'a', requires: { x: 'model' } },
      'requires.x must be { one | optional | all: "capability" }',
    ],
    ['requires null', { id: 'a', requires: { x: null } }, 'requires.x must be { one | optional | all: "capability" }'],
    [
      'asks for a permission without a reason',
      { id: 'a', permissions: [{ action: 'net', match: '**' }] },
      'permissions[0] needs "action", "match" and "reason"',
    ],
    ['asks for nothing', { id: 'a', permissions: [null] }, 'permissions[0] needs "action", "match" and "reason"'],
    ['asks for permissions that are no list', { id: 'a', permissions: { net: '**' } }, '"permissions" must be a list'],
    ['contributes a list', { id: 'a', contributes: { tool: [] } }, 'contributes.tool must be an object'],
    ['contributes text', { id: 'a', contributes: 'tool' }, '"contributes" must be an object'],
    ['requires a list', { id: 'a', requires: [] }, '"requires" must be an object'],
  ])('when a manifest %s', async (_, manifest, reason) => {
    const data = typeof manifest === 'object' && !Array.isArray(manifest) ? { apiVersion: 1, ...manifest } : manifest;
    const one = { manifest: async () => ({ default: data as Manifest }), setup: () => ({}) };
    expect(await refuses([one])).toMatchObject({ code: 'RUSTIC_PLUGIN_MANIFEST', details: { reason } });
  });
});

describe('options', () => {
  const config = Type.Object({
    path: Type.String({ description: 'Where.' }),
    limit: Type.Integer({ description: 'How many.', default: 3, minimum: 1 }),
    deep: Type.Optional(Type.Object({ flag: Type.Boolean() })),
  });
  const start = async (given: never, withConfig = true) => {
    const seen: unknown[] = [];
    const one = plugin({ id: 'a', ...(withConfig && { config }) }, (context) => (seen.push(context.config), {}));
    const kernel = await open({ plugins: [[one, given]] });
    await kernel.activate('a');
    return seen[0];
  };

  it('are filled with defaults and frozen', async () => {
    const seen = await start({ path: 'x' } as never);
    expect(seen).toEqual({ path: 'x', limit: 3 });
    expect(Object.isFrozen(seen)).toBe(true);
  });

  it.each<[string, unknown, string, string]>([
    ['unknown', { path: 'x', pth: 'y' }, '/pth', 'is not one of its options (path, limit, deep)'],
    ['missing', {}, '/path', 'is required'],
    ['of a wrong type', { path: 5 }, '/path', 'must be string'],
    ['out of range', { path: 'x', limit: 0 }, '/limit', 'must be >= 1'],
    ['wrong further down', { path: 'x', deep: { flag: 'yes' } }, '/deep/flag', 'must be boolean'],
  ])('that are %s are refused with their place', async (_, given, path, reason) => {
    expect(await refusal(start(given as never))).toEqual({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'a', path, reason },
    });
  });

  it('are refused by a plugin that has none', async () => {
    expect(await refusal(start({ path: 'x' } as never, false))).toEqual({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'a', path: '/path', reason: 'is not an option: it has none' },
    });
  });
});

describe('what is chosen', () => {
  it('is the only one, or the bound one, else an error that names them', async () => {
    const plugins = [toolbox('a', { one: {}, two: {} })];
    const kernel = await open({ plugins });
    expect(() => kernel.use('tool').default).toThrow(
      expect.objectContaining({
        code: 'RUSTIC_CAPABILITY_AMBIGUOUS',
        details: { capability: 'tool', plugins: 'one, two' },
      }),
    );
    expect((await open({ plugins, bind: { tool: 'two' } })).use('tool').default.name).toBe('two');
    expect(() => kernel.use('model').default).toThrow(
      expect.objectContaining({
        code: 'RUSTIC_CAPABILITY_NOT_FOUND',
        details: { operation: 'model', name: 'default', known: '(none)' },
      }),
    );
    expect(() => kernel.use('tool').get('three')).toThrow(
      expect.objectContaining({ details: { operation: 'tool', name: 'three', known: 'one, two' } }),
    );
  });

  it('comes to a plugin as one, optional or all', async () => {
    const seen: unknown[] = [];
    const stores = [providing('a', 'session.store'), providing('b', 'session.store')];
    const asking = plugin(
      { id: 'c', requires: { one: { one: 'session.store' }, all: { all: 'session.store' }, tool: { one: 'tool' } } },
      async ({ deps }) => {
        const { one, all, tool } = deps as never as {
          one: unknown;
          all: Record<string, () => Promise<unknown>>;
          tool: { name: string };
        };
        seen.push(one, Object.keys(all), await all.b?.(), tool.name);
        return {};
      },
    );
    const kernel = await open({
      plugins: [...stores, toolbox('d', { it: {} }), asking],
      bind: { 'session.store': 'a' },
    });
    await kernel.activate('c');
    expect(seen).toEqual([{ from: 'a' }, ['a', 'b'], { from: 'b' }, 'it']);
  });

  it('is one instance for each plugin that asks, where a service is per plugin', async () => {
    const made: string[] = [];
    const store = plugin({ id: 'store', contributes: { service: { 'key-value': summary } } }, () => ({
      service: { 'key-value': (id: string) => (made.push(id), { of: id }) },
    }));
    const asking = (id: string) =>
      plugin({ id, requires: { a: { one: 'key-value' }, b: { optional: 'key-value' } } }, ({ deps }) => {
        const { a, b } = deps as Record<string, unknown>;
        expect(a).toBe(b);
        expect(a).toEqual({ of: id });
        return {};
      });
    const kernel = await open({ plugins: [store, asking('x'), asking('y')] });
    await Promise.all([kernel.activate('x'), kernel.activate('y')]);
    expect(await kernel.service('key-value')).toBe(await kernel.service('key-value'));
    expect(made).toEqual(['x', 'y', 'host']);
  });

  it('of the host are its own services', async () => {
    const kernel = await open({ plugins: [] });
    expect(await kernel.service('host')).toBe(kernel.host);
    expect(await kernel.service('secrets')).toBe(kernel.host.secrets);
    expect(await refusal(kernel.service('session'))).toEqual({
      code: 'RUSTIC_CAPABILITY_MISSING',
      details: { plugin: 'host', capability: 'session' },
    });
  });
});

it('needs neither a lock nor a plugin', async () => {
  const { host } = await open({ plugins: [] });
  const kernel = await createKernel({ contracts: standard, host });
  expect(kernel.explain().plugins).toEqual([]);
  await kernel.dispose();
});

it('runs what is defined in code', async () => {
  const kernel = await open({ plugins: [toolbox('a', { it: { run: (input) => said(JSON.stringify(input)) } })] });
  expect(await kernel.use('tool').default.invoke(['x', null, 1], kernel.call())).toEqual(said('["x",null,1]'));
});
