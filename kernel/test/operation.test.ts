import { defineOperation, isRusticError } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { Type } from '@rustic-ai/kernel/schema';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, tapping, toolbox, type ToolSketch } from './plugins.js';

declare module '@rustic-ai/kernel' {
  interface Operations {
    probe: { readonly mode: 'call'; readonly input: unknown; readonly output: unknown };
  }
}
const probeOperation = defineOperation({ id: 'probe', version: 1, mode: 'call', timeLimitMs: 40 });
const contracts = { ...standard, operations: [...standard.operations, probeOperation] };
const none = { kind: 'none', idempotent: true, openWorld: false } as const;
const tool = async (sketch: ToolSketch) => {
  const kernel = await open({ plugins: [toolbox('tools', { it: sketch })] });
  return {
    kernel,
    invoke: (input: unknown) =>
      kernel
        .use('tool')
        .get('it')
        .invoke(input as never, kernel.call()),
  };
};

describe('input', () => {
  it('that does not fit is refused before a gate runs or anything is decided', async () => {
    const gated: string[] = [];
    const input = Type.Object({ path: Type.String(), depth: Type.Optional(Type.Integer({ minimum: 1 })) });
    const kernel = await open({
      plugins: [
        tapping('gate', { 'tool.call': ({ name }) => void gated.push(name) }),
        toolbox('tools', { it: { input } }),
      ],
    });
    const handle = kernel.use('tool').get('it');
    expect(await refusal(handle.invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_OPERATION_INPUT',
      details: { operation: 'tool', name: 'it', path: '/path', reason: 'is required' },
    });
    expect(await refusal(handle.invoke({ path: 'a', depth: 0 }, kernel.call()))).toMatchObject({
      details: { path: '/depth' },
    });
    expect(gated).toEqual([]);
    expect(await kernel.audit()).toEqual([]);
  });

  it('is refused by a schema that can not be compiled', async () => {
    const { invoke } = await tool({ input: { type: 'object', properties: { a: { $ref: 'nowhere' } } } });
    expect(await refusal(invoke({ a: 1 }))).toMatchObject({ code: 'RUSTIC_OPERATION_INPUT' });
  });

  it('is frozen to its depth before a tap or the tool sees it', async () => {
    const change = (input: unknown) => Reflect.set((input as { list: object[] }).list[0] as object, 'a', 2);
    const changed: boolean[] = [];
    const kernel = await open({
      plugins: [
        tapping('gate', { 'tool.call': ({ input }) => void changed.push(change(input)) }),
        toolbox('tools', {
          it: {
            access: (input) => (changed.push(change(input)), []),
            run: (input) => (changed.push(change(input)), said('')),
          },
        }),
      ],
    });
    await kernel
      .use('tool')
      .get('it')
      .invoke({ list: [{ a: 1 }] }, kernel.call());
    expect(changed).toEqual([false, false, false]);
  });

  class Path {
    text = 'a';
  }
  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each([
    ['a class', { at: [new Path()] }, '/at/0', 'is an instance of a class, not JSON'],
    ['a function', { at: () => 'a' }, '/at', 'is a function, not JSON'],
    ['a symbol', { at: Symbol('a') }, '/at', 'is a symbol, not JSON'],
    ['a bigint', { at: 1n }, '/at', 'is a bigint, not JSON'],
    [
      'a getter',
      {
        get at() {
          return 'a';
        },
      },
      '/at',
      'is computed, not JSON',
    ],
    ['a circle', circle, '/self', 'contains itself, not JSON'],
    ['a function alone', () => 'a', 'the input', 'is a function, not JSON'],
  ])('with %s in it is refused, each time', async (_, input, path, reason) => {
    const { kernel, invoke } = await tool({});
    const refused = { code: 'RUSTIC_OPERATION_INPUT', details: { operation: 'tool', name: 'it', path, reason } };
    expect(await refusal(invoke(input))).toEqual(refused);
    expect(await refusal(invoke(input))).toEqual(refused);
    expect(await kernel.audit()).toEqual([]);
  });

  it('may hold the same value twice', async () => {
    const { invoke } = await tool({});
    const shared = { a: 1 };
    expect(await invoke({ one: shared, two: [shared] })).toEqual(said('it'));
  });
});

describe('failure', () => {
  it.each([
    ['an error', new TypeError('no'), 'no'],
    ['a string', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
    ['an object', { a: 1 }, '[object Object]'],
  ])('is wrapped with the name of its plugin when %s is thrown', async (_, thrown, reason) => {
    for (const run of [
      () => Promise.reject(thrown),
      () => {
        throw thrown;
      },
    ]) {
      const { invoke } = await tool({ run });
      const error: unknown = await invoke({}).catch((error: unknown) => error);
      expect(isRusticError(error)).toBe(true);
      expect(error).toMatchObject({
        code: 'RUSTIC_OPERATION_FAILED',
        details: { operation: 'tool', name: 'it', plugin: 'tools', reason },
      });
      expect((error as Error).cause).toBe(thrown);
    }
  });

  it('with a code of its own is passed on as it is', async () => {
    const own = Object.assign(new Error('own'), { code: 'RUSTIC_FS_MISSING', [Symbol.for('rustic-ai.error')]: true });
    const { invoke } = await tool({ run: () => Promise.reject(own) });
    await expect(invoke({})).rejects.toBe(own);
  });

  it.each([
    [
      'access',
      {
        access: () => {
          throw new Error('no');
        },
      },
    ],
    [
      'preview',
      {
        preview: () => {
          throw new Error('no');
        },
      },
    ],
  ])('of %s keeps the tool from running', async (part, sketch) => {
    let ran = false;
    const touches = part === 'access' ? {} : { access: () => [{ action: 'exec', resource: 'make' }] };
    const { invoke } = await tool({ ...touches, ...sketch, run: () => ((ran = true), said('')) });
    expect(await refusal(invoke({}))).toMatchObject({ code: 'RUSTIC_OPERATION_FAILED', details: { reason: 'no' } });
    expect(ran).toBe(false);
  });

  it('of the first use is told to every later one', async () => {
    const broken = plugin({ id: 'broken', contributes: { tool: { it: { summary: 'It' } } } }, () => {
      throw new Error('no');
    });
    const kernel = await open({ plugins: [broken] });
    const failed = { code: 'RUSTIC_PLUGIN_SETUP', details: { plugin: 'broken', reason: 'no' } };
    const invoke = () => refusal(kernel.use('tool').get('it').invoke({}, kernel.call()));
    expect(await Promise.all([invoke(), invoke()])).toEqual([failed, failed]);
  });
});

/** An operation whose limit is 40 ms. */
const probe = (run: (input: unknown, call: { signal: AbortSignal }) => unknown) =>
  open({
    contracts,
    plugins: [
      plugin({ id: 'probes', contributes: { probe: { it: { summary: 'It', effects: none } } } }, () => ({
        probe: { it: { run } },
      })),
    ],
  });

describe('time', () => {
  it('that runs out aborts the call and rejects', async () => {
    const aborted = Promise.withResolvers<unknown>();
    const kernel = await probe((_, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      return new Promise(() => {});
    });
    const late = { code: 'RUSTIC_OPERATION_TIMEOUT', details: { operation: 'probe', name: 'it', limitMs: 40 } };
    expect(await refusal(kernel.use('probe').get('it').invoke({}, kernel.call()))).toEqual(late);
    expect(await aborted.promise).toMatchObject(late);
  });
});

describe('cancellation', () => {
  const waiting =
    (started: () => void) =>
    (_: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        started();
      });
  const cancelled = { code: 'RUSTIC_OPERATION_ABORTED', details: { operation: 'tool', name: 'it' } };

  it.each(['the root', 'an option'])('by %s reaches the signal of the call', async (by) => {
    const started = Promise.withResolvers<void>();
    const { kernel } = await tool({ run: waiting(started.resolve) as never });
    const controller = new AbortController();
    const { signal } = controller;
    const running =
      by === 'the root'
        ? kernel.use('tool').get('it').invoke({}, kernel.call({}, signal))
        : kernel.use('tool').get('it').invoke({}, kernel.call(), { signal });
    await started.promise;
    controller.abort();
    expect(await refusal(running)).toEqual(cancelled);
  });

  it('of a parent reaches what it called', async () => {
    const started = Promise.withResolvers<void>();
    const kernel = await open({
      plugins: [
        plugin(
          {
            id: 'outer',
            requires: { tools: { all: 'tool' } },
            contributes: { tool: { outer: { summary: 'Outer', effects: none } } },
          },
          ({ deps }) => ({
            tool: {
              outer: {
                run: (_: unknown, call: never) =>
                  (
                    deps as never as { tools: { get(name: string): { invoke(input: object, call: never): unknown } } }
                  ).tools
                    .get('it')
                    .invoke({}, call),
              },
            },
          }),
        ),
        toolbox('tools', { it: { run: waiting(started.resolve) as never } }),
      ],
    });
    const controller = new AbortController();
    const running = kernel.use('tool').get('outer').invoke({}, kernel.call(), { signal: controller.signal });
    await started.promise;
    controller.abort();
    expect(await refusal(running)).toEqual(cancelled);
  });

  it('before the start keeps a tool from running', async () => {
    let ran = false;
    const { kernel } = await tool({ run: () => ((ran = true), said('')) });
    const running = kernel.use('tool').get('it').invoke({}, kernel.call({}, AbortSignal.abort()));
    expect(await refusal(running)).toEqual(cancelled);
    expect(ran).toBe(false);
  });

  it('ends a tool that does not listen, after a grace', async () => {
    const started = Promise.withResolvers<void>();
    const { kernel } = await tool({ run: () => (started.resolve(), new Promise(() => {})) });
    const controller = new AbortController();
    const running = kernel.use('tool').get('it').invoke({}, kernel.call({}, controller.signal));
    await started.promise;
    controller.abort();
    expect(await refusal(running)).toEqual(cancelled);
  });
});

it('passes progress to whoever asked for it', async () => {
  const { kernel } = await tool({
    run: (_, call) => (call.report({ done: 1, total: 2 }), call.report({ text: 'x' }), said('')),
  });
  const seen: unknown[] = [];
  await kernel
    .use('tool')
    .get('it')
    .invoke({}, kernel.call(), { onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([{ done: 1, total: 2 }, { text: 'x' }]);
});

it('logs in the name of the plugin', async () => {
  const { kernel, invoke } = await tool({ run: (_, call) => (call.log('hello', { a: 1 }), said('')) });
  await invoke({});
  expect(kernel.logs).toEqual([{ level: 'info', plugin: 'tools', message: 'hello', data: { a: 1 } }]);
});
