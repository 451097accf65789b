import { type AnyPlugin, type Call, createKernel, type Handles, type Origin } from '@rustic-ai/kernel';
import { type RunEvent, standard } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const none = { kind: 'none', idempotent: true, openWorld: false } as const;
type Deps = { readonly tools: Handles<'tool'>; readonly agents: Handles<'agent'> };

/** Agents that call what their prompt names: `helper > look` calls the agent `helper`, which calls the tool `look`. */
const agents = (...names: string[]): AnyPlugin =>
  plugin(
    {
      id: 'agents',
      requires: { tools: { all: 'tool' }, agents: { all: 'agent' } },
      contributes: { agent: Object.fromEntries(names.map((name) => [name, { summary: 'An agent', effects: none }])) },
    },
    ({ deps }) => {
      const { tools, agents } = deps as Deps;
      const run = async function* (input: { readonly prompt: string }, call: Call): AsyncIterable<RunEvent> {
        const [next = '', ...rest] = input.prompt.split(' > ');
        if (rest[0]) yield* agents.get(next).invoke({ prompt: rest.join(' > ') }, call);
        else await tools.get(next).invoke({}, call);
      };
      return { agent: Object.fromEntries(names.map((name) => [name, { run }])) };
    },
  );
/** A tool that keeps the calls it was run with. */
const keeper = (calls: Call[], name = 'look') =>
  toolbox('keeper', { [name]: { run: (_, call) => (calls.push(call), said('')) } });
const drain = (events: AsyncIterable<unknown>) => Array.fromAsync(events);

describe('the origin of a call', () => {
  it('links parents, gathers agents and says what triggered it', async () => {
    const calls: Call[] = [];
    const kernel = await open({ plugins: [agents('root', 'helper'), keeper(calls)] });
    const root = kernel.call();
    await drain(kernel.use('agent').get('root').invoke({ prompt: 'helper > look' }, root));
    expect(root.origin).toEqual({ plugin: 'host', agents: [], trigger: 'person', headless: false });
    expect(calls.map(({ id, origin }) => [id, origin])).toEqual([
      ['call-4', { plugin: 'agents', agents: ['root', 'helper'], parent: 'call-3', trigger: 'agent', headless: false }],
    ]);
  });

  it('is a plugin by itself, headless, without a call above', async () => {
    const calls: Call[] = [];
    const alone = plugin(
      { id: 'alone', requires: { tools: { all: 'tool' } }, contributes: { hook: { 'turn.started': {} } } },
      ({ deps }) => ({
        hook: { 'turn.started': () => (deps as Deps).tools.get('look').invoke({}) },
      }),
    );
    const kernel = await open({ plugins: [alone, keeper(calls)] });
    await kernel.hooks.observe('turn.started', { session: 's', turn: 1 });
    expect(calls[0]?.origin).toEqual({ plugin: 'alone', agents: [], trigger: 'plugin', headless: true });
  });

  it('inherits trigger and headless from the host, whatever is below', async () => {
    const calls: Call[] = [];
    const kernel = await open({ plugins: [agents('root'), keeper(calls)] });
    await drain(
      kernel.use('agent').default.invoke({ prompt: 'look' }, kernel.call({ trigger: 'schedule', headless: true })),
    );
    expect(calls[0]?.origin).toMatchObject({ trigger: 'agent', headless: true });
    await kernel.use('tool').default.invoke({}, kernel.call({ trigger: 'webhook' }));
    expect(calls[1]?.origin).toMatchObject({ trigger: 'webhook', headless: false });
  });

  it('is bound to a session once', async () => {
    const calls: Call[] = [];
    const outer = plugin(
      {
        id: 'outer',
        requires: { tools: { all: 'tool' } },
        contributes: { tool: { outer: { summary: 'Outer', effects: none } } },
      },
      ({ deps }) => ({
        tool: {
          outer: {
            async run(_: unknown, call: Call) {
              const { tools } = deps as Deps;
              await tools.get('look').invoke({}, call);
              await tools.get('look').invoke({}, call, { session: 'other', turn: 9 });
              return said('');
            },
          },
        },
      }),
    );
    const kernel = await open({ plugins: [outer, keeper(calls)] });
    await kernel.use('tool').get('outer').invoke({}, kernel.call(), { session: 'mine', turn: 2 });
    expect(calls.map(({ origin: { session, turn } }) => [session, turn])).toEqual([
      ['mine', 2],
      ['mine', 2],
    ]);
  });

  it('of one child says nothing about the next', async () => {
    const calls: Call[] = [];
    const kernel = await open({ plugins: [keeper(calls)] });
    const [root, tool] = [kernel.call(), kernel.use('tool').default];
    await tool.invoke({}, root);
    await tool.invoke({}, root, { turn: 1 });
    await tool.invoke({}, root, { session: 's' });
    await tool.invoke({}, root);
    expect(calls.map(({ origin: { session, turn } }) => [session, turn])).toEqual([
      [undefined, undefined],
      [undefined, 1],
      ['s', undefined],
      [undefined, undefined],
    ]);
  });

  it('can not be changed by whoever holds it', async () => {
    const origins: Origin[] = [];
    const kernel = await open({
      plugins: [
        agents('root', 'helper'),
        toolbox('tools', {
          look: {
            run: (_, call) => {
              Reflect.set(call, 'origin', { ...call.origin, agents: [] });
              Reflect.set(call.origin, 'headless', false);
              Reflect.set(call.origin.agents, 'length', 0);
              origins.push(call.origin);
              return said('');
            },
          },
        }),
      ],
    });
    const invoke = () =>
      drain(
        kernel
          .use('agent')
          .get('root')
          .invoke({ prompt: 'helper > look' }, kernel.call({ headless: true })),
      );
    await invoke();
    await kernel.use('tool').get('look').invoke({});
    expect(origins).toMatchObject([
      { agents: ['root', 'helper'], headless: true },
      { agents: [], headless: true },
    ]);
    expect(Object.isFrozen(kernel.call().origin.agents)).toBe(true);
    expect(origins.every(({ agents }) => Object.isFrozen(agents))).toBe(true);
  });
});

describe('a call that is not live', () => {
  const invalid = { code: 'RUSTIC_CALL_INVALID', details: { operation: 'tool', name: 'look' } };
  const invoke = async (make: (calls: Call[]) => unknown) => {
    const calls: Call[] = [];
    const kernel = await open({ plugins: [keeper(calls)] });
    await kernel.use('tool').default.invoke({}, kernel.call());
    return refusal(kernel.use('tool').default.invoke({}, (await make(calls)) as Call));
  };

  it.each([
    [
      'made by hand',
      () => ({ id: 'call-1', origin: { plugin: 'host', agents: [], trigger: 'person', headless: false } }),
    ],
    ['a copy', (calls: Call[]) => ({ ...calls[0] })],
    ['built on a real one', (calls: Call[]) => Object.create(calls[0] as Call)],
    ['null', () => null],
    ['text', () => 'call-1'],
    ['ended', (calls: Call[]) => calls[0]],
    ['of another kernel', async () => (await open({ plugins: [] })).call()],
  ])('is refused: %s', async (_, make) => {
    expect(await invoke(make)).toEqual(invalid);
  });

  it('is refused for a stream as well', async () => {
    const kernel = await open({ plugins: [agents('root')] });
    const events = kernel.use('agent').default.invoke({ prompt: 'x' }, {} as Call);
    expect(await refusal(drain(events))).toEqual({
      code: 'RUSTIC_CALL_INVALID',
      details: { operation: 'agent', name: 'root' },
    });
  });
});

describe('a stream', () => {
  const event = (text: string) => ({ type: 'item.delta', id: 'x', text }) as RunEvent;
  const streaming = (run: () => AsyncIterable<RunEvent>, taps: AnyPlugin[] = []) =>
    open({
      plugins: [
        ...taps,
        plugin({ id: 'agents', contributes: { agent: { root: { summary: 'An agent' } } } }, () => ({
          agent: { root: { run } },
        })),
      ],
    });
  const start = async (run: () => AsyncIterable<RunEvent>, taps: AnyPlugin[] = []) => {
    const kernel = await streaming(run, taps);
    return kernel.use('agent').default.invoke({ prompt: '' }, kernel.call());
  };

  it('passes events on as they come', async () => {
    const gate = Promise.withResolvers<void>();
    const events = await start(async function* () {
      yield event('a');
      await gate.promise;
      yield event('b');
    });
    const iterator = events[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: event('a') });
    gate.resolve();
    expect(await iterator.next()).toEqual({ done: false, value: event('b') });
    expect(await iterator.next()).toMatchObject({ done: true });
  });

  it('that is left early ends its source and is called to an end', async () => {
    const ended: string[] = [];
    const called = Promise.withResolvers<unknown>();
    const events = await start(
      async function* () {
        try {
          for (;;) yield event('a');
        } finally {
          ended.push('source');
        }
      },
      [tapping('watch', { 'agent.called': ({ name, error }) => called.resolve([name, error]) })],
    );
    for await (const _ of events) break;
    expect(ended).toEqual(['source']);
    expect(await called.promise).toEqual(['root', undefined]);
  });

  it('that fails half way keeps what it gave and names its plugin', async () => {
    const events = await start(async function* () {
      yield event('a');
      throw new Error('no');
    });
    const seen: RunEvent[] = [];
    const failed = refusal(
      (async () => {
        for await (const one of events) seen.push(one);
      })(),
    );
    expect(await failed).toEqual({
      code: 'RUSTIC_OPERATION_FAILED',
      details: { operation: 'agent', name: 'root', plugin: 'agents', reason: 'no' },
    });
    expect(seen).toEqual([event('a')]);
  });

  it('does nothing until it is read', async () => {
    let ran = false;
    await start(async function* () {
      ran = true;
    });
    expect(ran).toBe(false);
  });
});

it('needs a folder that exists', async () => {
  const { host } = await open({ plugins: [] });
  const folders = { ...host.folders, cwd: `${host.folders.cwd}/none` };
  await expect(createKernel({ contracts: standard, host: { ...host, folders } })).rejects.toThrow(/ENOENT/);
});
