import { type Call, errorInfo, type Manifest, type SetupContext } from '@rustic-ai/kernel';
import { describe, expect, it, vi } from 'vitest';
import { expected, open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } } as const;
const contributes = { tool: { it: summary } };
const start = async (setup: (context: SetupContext) => unknown, more: Partial<Manifest> = {}) => {
  const kernel = await open({
    plugins: [plugin({ id: 'a', contributes, ...more }, setup), toolbox('good', { good: {} })],
  });
  return { kernel, refused: await refusal(kernel.use('tool').get('it').invoke({}, kernel.call())) };
};
const run = () => said('it');

describe('setup', () => {
  it.each([
    [
      'more than is declared',
      () => ({ tool: { it: { run }, extra: { run } } }),
      { code: 'RUSTIC_PLUGIN_UNDECLARED', details: { plugin: 'a', what: 'tool "extra"' } },
    ],
    [
      'a part that is not declared',
      () => ({ tool: { it: { run } }, hook: { 'tool.call': run } }),
      { code: 'RUSTIC_PLUGIN_UNDECLARED', details: { plugin: 'a', what: 'hook "tool.call"' } },
    ],
    [
      'less than is declared',
      () => ({ tool: {} }),
      { code: 'RUSTIC_PLUGIN_MISSING_PART', details: { plugin: 'a', what: 'tool "it"' } },
    ],
    ['nothing', () => undefined, { code: 'RUSTIC_PLUGIN_MISSING_PART', details: { plugin: 'a', what: 'tool "it"' } }],
  ])('that returns %s is refused', async (_, setup, error) => {
    const { kernel, refused } = await start(setup);
    expect(refused).toEqual(error);
    expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
  });

  it.each([
    [
      'an error',
      () => {
        throw new Error('no');
      },
      'no',
    ],
    [
      'text',
      () => {
        throw 'no';
      },
      'no',
    ],
    ['nothing', () => Promise.reject(), 'undefined'],
  ])('that throws %s leaves the others alone, and is undone', async (_, fail, reason) => {
    const undone: string[] = [];
    const { kernel, refused } = await start(({ own }) => {
      own(() => undone.push('a'));
      return fail();
    });
    expect(refused).toEqual({ code: 'RUSTIC_PLUGIN_SETUP', details: { plugin: 'a', reason } });
    expect(undone).toEqual(['a']);
    expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
    expect(kernel.explain().plugins).toMatchObject([
      { plugin: 'a', state: 'failed' },
      { plugin: 'good', state: 'active' },
    ]);
  });

  it('is never called for a plugin that nothing asked for, and once for one that much asks for', async () => {
    const started: string[] = [];
    const counting = (id: string) =>
      plugin({ id, contributes: { tool: { [id]: summary } } }, () => (started.push(id), { tool: { [id]: { run } } }));
    const kernel = await open({ plugins: [counting('a'), counting('b')] });
    await Promise.all([1, 2, 3].map(() => kernel.use('tool').get('a').invoke({}, kernel.call())));
    expect(started).toEqual(['a']);
    expect(kernel.explain().plugins.map(({ plugin, state }) => [plugin, state])).toEqual([
      ['a', 'active'],
      ['b', 'declared'],
    ]);
  });

  it('is told the composition, its id and a log of its own', async () => {
    const { kernel } = await start(({ id, composition, log }) => {
      log('hello', { composition, frozen: Object.isFrozen(composition) });
      return { tool: { it: { run: () => said(id) } } };
    });
    const composition = ['a', 'good'].map((id) => ({ id, version: 'in-code' }));
    expect(kernel.logs).toEqual([
      { level: 'info', plugin: 'a', message: 'hello', data: { composition, frozen: true } },
    ]);
  });
});

describe('a critical plugin', () => {
  const critical = {
    code: 'RUSTIC_PLUGIN_CRITICAL',
    details: { plugin: 'a', reason: expected('RUSTIC_PLUGIN_SETUP', { plugin: 'a', reason: 'no' }).message },
  };
  const broken = plugin({ id: 'a', critical: true }, () => {
    throw new Error('no');
  });

  it('that fails fails the start', async () => {
    expect(await refusal(open({ plugins: [broken, toolbox('good', { good: {} })] }))).toEqual(critical);
  });

  it('that works is started first', async () => {
    const kernel = await open({ plugins: [plugin({ id: 'a', critical: true })] });
    expect(kernel.explain().plugins).toMatchObject([{ plugin: 'a', state: 'active', askedBy: 'the start' }]);
  });
});

describe('a gate', () => {
  it('whose plugin failed denies, for every call', async () => {
    const gate = plugin({ id: 'gate', contributes: { hook: { 'tool.call': {} } } }, () => {
      throw new Error('no');
    });
    const kernel = await open({ plugins: [gate, toolbox('good', { good: {} })] });
    const reason = expected('RUSTIC_PLUGIN_SETUP', { plugin: 'gate', reason: 'no' }).message;
    const failure = expected('RUSTIC_GATE_UNAVAILABLE', {
      plugin: 'gate',
      version: 'in-code',
      hook: 'tool.call',
      reason,
    });
    const { message } = failure;
    for (const _ of [1, 2])
      expect(await refusal(kernel.use('tool').get('good').invoke({}, kernel.call()))).toEqual({
        code: 'RUSTIC_PERMISSION_DENIED',
        details: { operation: 'tool', name: 'good', access: 'tool good', by: 'hook', message },
      });
    expect(kernel.logs).toContainEqual({ level: 'error', plugin: 'gate', message, data: errorInfo(failure) });
  });
});

it('plugins that start and fail are told to who watches', async () => {
  const seen: unknown[] = [];
  const kernel = await open({
    plugins: [
      tapping('watch', {
        'plugin.activated': ({ plugin }) => seen.push(['activated', plugin]),
        'plugin.failed': ({ plugin, error }) => seen.push(['failed', plugin, error.code]),
      }),
      toolbox('good', { good: {} }),
      plugin({ id: 'bad', contributes }, () => Promise.reject(new Error('no'))),
    ],
  });
  await kernel.activate('watch');
  await kernel.activate('good');
  await refusal(kernel.activate('bad'));
  await vi.waitFor(() => expect(seen).toHaveLength(3), { interval: 1 });
  expect(seen).toEqual([
    ['activated', 'watch'],
    ['activated', 'good'],
    ['failed', 'bad', 'RUSTIC_PLUGIN_SETUP'],
  ]);
});

describe('explain', () => {
  it('tells what started, who asked for it and how long it took, as a tree', async () => {
    const store = plugin({ id: 'store', contributes: { service: { 'session.store': { summary: 'It' } } } }, () => ({
      service: { 'session.store': {} },
    }));
    const log = plugin(
      {
        id: 'log',
        requires: { store: { one: 'session.store' } },
        contributes: { service: { session: { summary: 'It' } } },
      },
      () => ({ service: { session: {} } }),
    );
    const kernel = await open({ plugins: [store, log, toolbox('idle', { it: {} })] });
    await kernel.service('session');
    const { plugins, totalMs, text } = kernel.explain();
    expect(totalMs).toBeGreaterThan(0);
    expect(plugins).toEqual([
      {
        plugin: 'store',
        version: 'in-code',
        state: 'active',
        askedBy: 'log',
        importMs: expect.any(Number),
        setupMs: expect.any(Number),
      },
      {
        plugin: 'log',
        version: 'in-code',
        state: 'active',
        askedBy: 'host',
        importMs: expect.any(Number),
        setupMs: expect.any(Number),
      },
      { plugin: 'idle', version: 'in-code', state: 'declared' },
    ]);
    expect(text.replace(/\d+\.\d ms/g, '# ms').split('\n')).toEqual([
      'kernel ready in # ms',
      '├─ log@in-code active, import # ms, setup # ms',
      '│  └─ store@in-code active, import # ms, setup # ms',
      '└─ idle@in-code declared',
    ]);
  });
});

describe('disposal', () => {
  it('undoes in reverse order of the start, all of it, even what throws', async () => {
    const undone: string[] = [];
    const owning = (id: string, requires: Manifest['requires'] = {}, service?: string) =>
      plugin(
        { id, requires, ...(service && { contributes: { service: { [service]: { summary: 'It' } } } }) },
        ({ own }) => {
          own(() => undone.push(`${id} 1`));
          own(() => {
            undone.push(`${id} 2`);
            throw new Error(`no ${id}`);
          });
          own(async () => undone.push(`${id} 3`));
          return service ? { service: { [service]: {} } } : {};
        },
      );
    const kernel = await open({
      plugins: [
        owning('late', { store: { one: 'session.store' } }),
        owning('early', {}, 'session.store'),
        owning('never'),
      ],
    });
    await kernel.activate('late');
    await kernel.dispose();
    expect(undone).toEqual(['late 3', 'late 2', 'late 1', 'early 3', 'early 2', 'early 1']);
    const failed = (plugin: string) => {
      const error = expected('RUSTIC_PLUGIN_DISPOSE', { plugin, reason: `no ${plugin}` });
      return { level: 'error', plugin, message: error.message, data: errorInfo(error) };
    };
    expect(kernel.logs).toEqual([failed('late'), failed('early')]);
    expect(kernel.explain().plugins.map(({ state }) => state)).toEqual(['disposed', 'disposed', 'declared']);
    await kernel.dispose();
    expect(undone).toHaveLength(6);
  });

  it('waits for what is starting, and undoes it', async () => {
    const undone: string[] = [];
    const ready = Promise.withResolvers<void>();
    const kernel = await open({
      plugins: [
        plugin({ id: 'slow' }, async ({ own }) => {
          own(() => undone.push('slow'));
          await ready.promise;
          return {};
        }),
      ],
    });
    const starting = kernel.activate('slow');
    const disposing = kernel.dispose();
    ready.resolve();
    await Promise.all([starting, disposing]);
    expect(undone).toEqual(['slow']);
  });

  it('leaves nothing that can be used or started', async () => {
    let started = false;
    const kernel = await open({
      plugins: [
        toolbox('good', { good: {} }),
        plugin(
          {
            id: 'idle',
            contributes: {
              hook: { 'turn.started': {} },
              service: { session: { summary: 'It' } },
              tool: { 'idle__*': summary },
            },
          },
          () => ((started = true), {}),
        ),
      ],
    });
    const handle = kernel.use('tool').get('good');
    const call = kernel.call();
    await handle.invoke({}, call);
    await kernel.dispose();
    const gone = { code: 'RUSTIC_KERNEL_DISPOSED', details: {} };
    expect(await refusal(handle.invoke({}, call))).toEqual(gone);
    expect(await refusal(kernel.service('session'))).toEqual(gone);
    expect(await refusal(kernel.activate('idle'))).toEqual(gone);
    expect(await refusal(kernel.use('tool').list())).toEqual(gone);
    await kernel.hooks.observe('turn.started', { session: 's', turn: 1 });
    expect(started).toBe(false);
  });

  it('undoes at once what is owned later', async () => {
    const undone = Promise.withResolvers<void>();
    let own: SetupContext['own'] | undefined;
    const kernel = await open({ plugins: [plugin({ id: 'a' }, (context) => ((own = context.own), {}))] });
    await kernel.activate('a');
    await kernel.dispose();
    own?.(() => undone.resolve());
    await undone.promise;
  });

  it('ends streams that are under way only when they are read on', async () => {
    const kernel = await open({
      plugins: [
        plugin({ id: 'agents', contributes: { agent: { root: { summary: 'A' } } } }, () => ({
          agent: {
            root: {
              run: async function* (_: unknown, __: Call) {
                yield 1;
              },
            },
          },
        })),
      ],
    });
    const events = kernel.use('agent').default.invoke({ prompt: '' }, kernel.call());
    await kernel.dispose();
    expect(await refusal(Array.fromAsync(events))).toEqual({ code: 'RUSTIC_KERNEL_DISPOSED', details: {} });
  });
});
