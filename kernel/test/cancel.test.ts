import { getEventListeners } from 'node:events';
import type { Call, Handles } from '@rustic-ai/kernel';
import { collect } from '@rustic-ai/kernel/testing';
import { expect, it } from 'vitest';
import { open, plugin, refusal, said, toolbox } from './plugins.js';

const summary = {
  summary: 'Calls what is below',
  effects: { kind: 'none', idempotent: true, openWorld: false },
} as const;

it('a cancellation reaches everything below before anything else runs, through calls and streams', async () => {
  const depth = 12;
  const signals: AbortSignal[] = [];
  const bottom = Promise.withResolvers<void>();
  const chain = plugin(
    {
      id: 'chain',
      requires: { tools: { all: 'tool' }, agents: { all: 'agent' } },
      contributes: { tool: { down: summary }, agent: { down: summary } },
    },
    ({ deps }) => {
      const { tools, agents } = deps as unknown as { tools: Handles<'tool'>; agents: Handles<'agent'> };
      const down = async (level: number, call: Call): Promise<void> => {
        signals.push(call.signal);
        if (level === depth) {
          bottom.resolve();
          await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
        } else if (level % 2 === 0) await tools.get('down').invoke({ level: level + 1 }, call);
        else await collect(agents.get('down').invoke({ prompt: String(level + 1) }, call));
      };
      return {
        tool: {
          down: { run: async ({ level }: { level: number }, call: Call) => (await down(level, call), said('')) },
        },
        agent: {
          down: {
            run: async function* ({ prompt }: { prompt: string }, call: Call) {
              await down(Number(prompt), call);
            },
          },
        },
      };
    },
  );
  const kernel = await open({ plugins: [chain] });
  const controller = new AbortController();
  const running = kernel.use('tool').get('down').invoke({ level: 0 }, kernel.call({}, controller.signal));
  await bottom.promise;
  expect(signals.map(({ aborted }) => aborted)).toEqual(Array.from({ length: depth + 1 }, () => false));
  controller.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual(Array.from({ length: depth + 1 }, () => true));
  await running;
});

it("leaves nothing on the host's own signal: neither a call that ended, nor a root, which never does", async () => {
  const { signal } = new AbortController();
  const under: number[] = [];
  const own = new AbortController();
  const watching = plugin({ id: 'watching', contributes: { tool: { watch: summary } } }, () => ({
    tool: {
      watch: {
        run: async (_: object, call: Call) => {
          under.push(Number(call.signal.aborted), ...[signal, own.signal].map(listeners));
          return said('');
        },
      },
    },
  }));
  const kernel = await open({ plugins: [watching] });
  const root = kernel.call({}, signal);
  expect(root.signal).toBe(signal);
  for (let times = 0; times < 3; times++)
    await kernel.use('tool').get('watch').invoke({}, root, { signal: own.signal });
  expect(under).toEqual([0, 1, 1, 0, 1, 1, 0, 1, 1]);
  expect([signal, own.signal].map(listeners)).toEqual([0, 0]);
});
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

it('a root that was cancelled before cancels what is called below it, with the same reason', async () => {
  const kernel = await open({ plugins: [toolbox('t', { it: {} })] });
  const root = kernel.call({}, AbortSignal.abort(new Error('too late')));
  const { code, cause } = (await kernel
    .use('tool')
    .get('it')
    .invoke({}, root)
    .then(String, (error) => error)) as {
    code: string;
    cause: Error;
  };
  expect([code, cause.message]).toEqual(['RUSTIC_OPERATION_ABORTED', 'too late']);
});

it('what is under way below a call that failed is cancelled, with what it failed with', async () => {
  const below: unknown[] = [];
  const nested = plugin(
    {
      id: 'nested',
      requires: { tools: { all: 'tool' } },
      contributes: { tool: { outer: summary, inner: summary } },
    },
    ({ deps }) => ({
      tool: {
        outer: {
          run: async (_: object, call: Call) => {
            const { tools } = deps as unknown as { tools: Handles<'tool'> };
            const begun = Promise.withResolvers<void>();
            void tools.get('inner').invoke({}, call, { onProgress: () => begun.resolve() });
            await begun.promise;
            throw new Error('no more');
          },
        },
        inner: {
          run: async (_: object, call: Call) => {
            call.signal.addEventListener('abort', () => below.push([call.name, (call.signal.reason as Error).message]));
            call.report({ text: 'begun' });
            await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
            return said('');
          },
        },
      },
    }),
  );
  const kernel = await open({ plugins: [nested] });
  const failed = await refusal(kernel.use('tool').get('outer').invoke({}, kernel.call()));
  expect(failed).toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
  expect(below).toEqual([['inner', expect.stringContaining('no more')]]);
});

it('a call says by name what is called; a root is the name of nothing', async () => {
  const names: string[] = [];
  const wrapping = plugin({ id: 'wrapping', contributes: { hook: { 'tool.run': {} } } }, () => ({
    hook: { 'tool.run': (_: unknown, call: Call, next: () => unknown) => (names.push(call.name), next()) },
  }));
  const kernel = await open({ plugins: [toolbox('t', { one: {}, two: {} }), wrapping] });
  for (const name of ['one', 'two']) await kernel.use('tool').get(name).invoke({}, kernel.call());
  expect([...names, kernel.call().name]).toEqual(['one', 'two', '']);
});
