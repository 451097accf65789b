import type { SetupContext } from '@rustic-ai/kernel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expected, folder, install, lockOf, open, plugin, refusal, said, toolbox } from './plugins.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } } as const;
const names = (handles: readonly { readonly name: string }[]) => handles.map(({ name }) => name);
const contributes = { tool: { it: summary, 'remote__*': summary }, hook: { 'tool.call': {} } };
const broken = (fail: () => unknown, more = {}) => plugin({ id: 'a', contributes, ...more }, fail);
const no = () => {
  throw new Error('no');
};

describe('a plugin that failed', () => {
  it('takes back its tools, says by name why, and denies where it was to be asked', async () => {
    const kernel = await open({
      plugins: [plugin({ id: 'a', contributes: { tool: contributes.tool } }, no), toolbox('good', { good: {} })],
    });
    const list = async () => names(await kernel.use('tool').list());
    expect((await list())[0]).toBe('it');
    const error = { code: 'RUSTIC_PLUGIN_SETUP', details: { plugin: 'a', reason: 'no' } };
    const handle = kernel.use('tool').get('it');
    for (const _ of [1, 2]) expect(await refusal(handle.invoke({}, kernel.call()))).toEqual(error);
    expect(await list()).toEqual(['good']);
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual(error);
    expect(await refusal(kernel.use('tool').get('remote__x').invoke({}, kernel.call()))).toEqual(error);
    expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
  });

  it('leaves a gate that denies, for every call, though its tools are gone', async () => {
    const kernel = await open({ plugins: [broken(no), toolbox('good', { good: {} })] });
    for (const _ of [1, 2, 3])
      expect(await refusal(kernel.use('tool').get('good').invoke({}, kernel.call()))).toMatchObject({
        code: 'RUSTIC_PERMISSION_DENIED',
        details: { by: 'hook', message: expect.stringContaining('"a"') },
      });
    expect(names(await kernel.use('tool').list())).toEqual(['good']);
    expect(kernel.hooks.chain('tool.call')).toEqual(['a']);
  });

  it('fails the start when it is critical', async () => {
    expect(await refusal(open({ plugins: [broken(no, { critical: true })] }))).toMatchObject({
      code: 'RUSTIC_PLUGIN_CRITICAL',
      details: { plugin: 'a' },
    });
  });
});

describe('whatever is thrown', () => {
  class Sly extends Error {
    override get message(): string {
      throw new Error('sly');
    }
  }
  const things: readonly (readonly [string, unknown, string])[] = [
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['text', 'no', 'no'],
    ['a number', 0, '0'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
    ['an object that can not be shown', { toString: no }, 'it can not be shown'],
    ['an object without a prototype', Object.create(null), 'it can not be shown'],
    ['an error whose message throws', new Sly(), 'it can not be shown'],
    ['an error from another realm', { name: 'Error', toString: () => 'Error: far' }, 'Error: far'],
  ];
  const throwing = (thing: unknown) => () => {
    throw thing;
  };

  it.each(things)('by a setup is told as text: %s', async (_, thing, reason) => {
    for (const fail of [throwing(thing), () => Promise.reject(thing as Error)]) {
      const kernel = await open({
        plugins: [plugin({ id: 'a', contributes: { tool: { it: summary } } }, fail), toolbox('good', { good: {} })],
      });
      expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
        code: 'RUSTIC_PLUGIN_SETUP',
        details: { plugin: 'a', reason },
      });
      expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
    }
  });

  it.each(things)('by a disposer is told as text, and the others still run: %s', async (_, thing, reason) => {
    const undone: string[] = [];
    const kernel = await open({
      plugins: [
        plugin({ id: 'a' }, ({ own }) => {
          own(() => undone.push('first'));
          own(throwing(thing));
          return {};
        }),
      ],
    });
    await kernel.activate('a');
    await kernel.dispose();
    expect(undone).toEqual(['first']);
    const { message } = expected('RUSTIC_PLUGIN_DISPOSE', { plugin: 'a', reason });
    expect(kernel.logs).toMatchObject([{ level: 'error', plugin: 'a', message }]);
  });

  it('by a tool is told as text', async () => {
    for (const [, thing, reason] of things) {
      const kernel = await open({ plugins: [toolbox('a', { it: { run: throwing(thing) } })] });
      expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
        code: 'RUSTIC_OPERATION_FAILED',
        details: { operation: 'tool', name: 'it', plugin: 'a', reason },
      });
    }
  });
});

it('names a plugin nobody has', async () => {
  const kernel = await open({ plugins: [plugin({ id: 'a' }), plugin({ id: 'b' })] });
  const error = { code: 'RUSTIC_CAPABILITY_NOT_FOUND', details: { operation: 'plugin', name: 'c', known: 'a, b' } };
  expect(await refusal(kernel.activate('c'))).toEqual(error);
  expect(await refusal(kernel.reload('c'))).toEqual(error);
});

it(
  'a module that never finishes loading, a setup that rejects too late and a disposer that hangs are given up',
  { timeout: 30_000 },
  async () => {
    const unhandled: unknown[] = [];
    const count = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', count);
    onTestFinished(() => void process.off('unhandledRejection', count));
    const root = await folder();
    await install(root, { code: 'await new Promise(() => {});' });
    const tooLate = Promise.withResolvers<never>();
    const owned = Promise.withResolvers<SetupContext>();
    const kernel = await open({
      lock: await lockOf(root),
      from: root,
      plugins: [
        plugin({ id: 'late' }, (context) => (owned.resolve(context), tooLate.promise)),
        plugin({ id: 'stuck' }, ({ own }) => (own(() => new Promise(() => {})), {})),
        toolbox('good', { good: {} }),
      ],
    });
    await kernel.activate('stuck');
    const [loading, late] = await Promise.all([refusal(kernel.activate('tool-it')), refusal(kernel.activate('late'))]);
    const slow = (id: string) => ({
      code: 'RUSTIC_PLUGIN_SETUP',
      details: { plugin: id, reason: 'it took over 10000 ms' },
    });
    expect(loading).toEqual(slow('tool-it'));
    expect(late).toEqual(slow('late'));
    tooLate.reject(new Error('too late'));
    const undone = Promise.withResolvers<void>();
    (await owned.promise).own(() => undone.resolve());
    await undone.promise;
    expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
    await kernel.dispose();
    const { message } = expected('RUSTIC_PLUGIN_DISPOSE', { plugin: 'stuck', reason: 'it took over 5000 ms' });
    expect(kernel.logs).toContainEqual(expect.objectContaining({ level: 'error', plugin: 'stuck', message }));
    expect(unhandled).toEqual([]);
  },
);
