import { Type } from '@rustic-ai/kernel/schema';
import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const write = { kind: 'write', idempotent: false, openWorld: false } as const;
const event = (text: string) => ({ type: 'item.delta', id: 'x', text }) as RunEvent;
const written: string[] = [];
const tell = <T>(line: string, value?: T) => (written.push(line), value as T);
/** What was told up to the end of the call; `called` comes after the result. */
const told = async () => {
  await vi.waitFor(() => expect(written.at(-1)).toMatch(/^called/), { interval: 1 });
  return written;
};
beforeEach(() => void written.splice(0));

/** One tap on each of the four hooks of an operation, and on the ask between them. */
const observers = [
  tapping('called', {
    'tool.called': ({ name, error }) => tell(`called ${name} ${error?.code ?? 'ok'}`),
    'agent.called': ({ name, error }) => tell(`called ${name} ${error?.code ?? 'ok'}`),
  }),
  tapping('changes', {
    'tool.result': (result) => tell('result', result),
    'agent.result': (one) => tell('result', one),
  }),
  tapping('wraps', {
    'tool.run': async (_, __, next) => {
      tell('wrap before');
      const result = await next();
      return tell('wrap after', result);
    },
    'agent.run': async function* (_, __, next) {
      tell('wrap before');
      yield* next();
      tell('wrap after');
    },
  }),
  tapping('gates', {
    'tool.call': ({ name }) => tell(`gate ${name}`),
    'agent.call': ({ name }) => tell(`gate ${name}`),
  }),
  tapping('asks', {
    'permission.requested': ({ ask }) => tell(`asked ${ask.name}`),
    'permission.decided': ({ answer, by }) => tell(`answered ${answer.outcome} by ${by}`),
  }),
];
const tools = toolbox('tools', {
  edit: {
    effects: write,
    input: Type.Object({ path: Type.String() }),
    access: ({ path }: never) => tell('access', [{ action: 'fs.write', resource: path }]),
    preview: () => tell('preview', { type: 'diff', text: '+' }),
    run: () => tell('run', said('done')),
  },
});
const agents = plugin(
  {
    id: 'agents',
    permissions: [{ action: 'exec', match: 'make', reason: 'the test' }],
    contributes: { agent: { helper: { summary: 'Helps', effects: write } } },
  },
  () => ({
    agent: {
      helper: {
        access: ({ prompt }: { prompt: string }) => tell('access', [{ action: 'exec', resource: prompt }]),
        preview: () => tell('preview', { type: 'command', text: 'make' }),
        async *run() {
          tell('run');
          yield event('a');
          yield event('b');
        },
      },
    },
  }),
);
const compose = (answer: 'once' | 'deny' = 'once') =>
  open({ plugins: [...observers, tools, agents], answers: [{ outcome: answer }] });
const all = async <T>(events: AsyncIterable<T>) => Array.fromAsync(events);

describe('the path of an operation', () => {
  it('is the same for a call', async () => {
    const kernel = await compose();
    await kernel.use('tool').get('edit').invoke({ path: 'a' }, kernel.call());
    expect(await told()).toEqual([
      ...['gate edit', 'access', 'preview', 'asked edit', 'answered once by person'],
      ...['wrap before', 'run', 'wrap after', 'result', 'called edit ok'],
    ]);
  });

  it('is the same for a stream, whose events are each a result', async () => {
    const kernel = await compose();
    const events = await all(kernel.use('agent').get('helper').invoke({ prompt: 'make' }, kernel.call()));
    expect(events).toEqual([event('a'), event('b')]);
    expect(await told()).toEqual([
      ...['gate helper', 'access', 'preview', 'asked helper', 'answered once by person'],
      ...['wrap before', 'run', 'result', 'result', 'wrap after', 'called helper ok'],
    ]);
  });

  it('ends at an input that does not fit', async () => {
    const kernel = await compose();
    await refusal(kernel.use('tool').get('edit').invoke({}, kernel.call()));
    expect(await told()).toEqual(['called edit RUSTIC_OPERATION_INPUT']);
  });

  it('ends at the ceiling, before anybody is asked', async () => {
    const kernel = await compose();
    await refusal(all(kernel.use('agent').get('helper').invoke({ prompt: 'rm x' }, kernel.call())));
    expect(await told()).toEqual(['gate helper', 'access', 'called helper RUSTIC_PERMISSION_CEILING']);
  });

  it('ends at a no', async () => {
    const kernel = await compose('deny');
    await refusal(kernel.use('tool').get('edit').invoke({ path: 'a' }, kernel.call()));
    expect(await told()).toEqual([
      ...['gate edit', 'access', 'preview', 'asked edit', 'answered deny by person'],
      'called edit RUSTIC_PERMISSION_DENIED',
    ]);
  });
});

describe('wrap', () => {
  const wrapping = (id: string) =>
    tapping(id, {
      'tool.run': async (_, __, next) => {
        tell(`${id} in`);
        const result = await next();
        return tell(`${id} out`, result);
      },
    });
  const echo = toolbox('tools', { echo: { run: (input) => tell('run', said(JSON.stringify(input))) } });

  it('nests in order', async () => {
    const kernel = await open({ plugins: [wrapping('outer'), wrapping('inner'), echo] });
    await kernel.use('tool').get('echo').invoke({}, kernel.call());
    expect(written).toEqual(['outer in', 'inner in', 'run', 'inner out', 'outer out']);
  });

  it('can run it again, and can not change what runs', async () => {
    const again = tapping('again', {
      'tool.run': async (input, _, next) => {
        Reflect.set(input as object, 'path', 'b');
        await next();
        return (next as (input: unknown) => ReturnType<typeof next>)({ path: 'c' });
      },
    });
    const kernel = await open({ plugins: [again, echo] });
    const result = await kernel.use('tool').get('echo').invoke({ path: 'a' }, kernel.call());
    expect(result).toEqual(said('{"path":"a"}'));
    expect(written).toEqual(['run', 'run']);
  });

  it('passes on what it throws, named as its own', async () => {
    const thrower = tapping('thrower', {
      'tool.run': () => {
        throw new TypeError('it broke');
      },
      'agent.run': async function* (_, __, next) {
        for await (const one of next()) {
          yield one;
          throw new TypeError('it broke');
        }
      },
    });
    const kernel = await open({ plugins: [thrower, echo, agents], answers: [{ outcome: 'once' }] });
    const failed = (hook: string) => ({
      code: 'RUSTIC_HOOK_FAILED',
      details: { plugin: 'thrower', version: 'in-code', hook, reason: 'it broke' },
    });
    expect(await refusal(kernel.use('tool').get('echo').invoke({}, kernel.call()))).toEqual(failed('tool.run'));
    const events = kernel.use('agent').get('helper').invoke({ prompt: 'make' }, kernel.call());
    expect(await refusal(all(events))).toEqual(failed('agent.run'));
  });

  it('sees what the operation throws, with its code', async () => {
    const codes: string[] = [];
    const watcher = tapping('watcher', {
      'tool.run': async (_, __, next) => {
        const result = next();
        await result.catch((error: { code: string }) => codes.push(error.code));
        return result;
      },
    });
    const bad = toolbox('tools', { bad: { run: () => Promise.reject(new Error('no')) } });
    const kernel = await open({ plugins: [watcher, bad] });
    expect(await refusal(kernel.use('tool').get('bad').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_OPERATION_FAILED',
      details: { operation: 'tool', name: 'bad', plugin: 'tools', reason: 'no' },
    });
    expect(codes).toEqual(['RUSTIC_OPERATION_FAILED']);
  });
});

describe('result and called', () => {
  it('gives the changed result, and the original where a change failed', async () => {
    const kernel = await open({
      plugins: [
        tapping('a', { 'tool.result': ({ parts }) => ({ parts: [...parts, { type: 'text', text: 'a' }] }) }),
        tapping('bad', { 'tool.result': () => Promise.reject(new Error('no')) }),
        toolbox('tools', { echo: { run: () => said('x') } }),
      ],
    });
    expect(await kernel.use('tool').get('echo').invoke({}, kernel.call())).toEqual({
      parts: [
        { type: 'text', text: 'x' },
        { type: 'text', text: 'a' },
      ],
    });
  });

  it('says once what was called, for whom, and how it ended', async () => {
    const seen: unknown[] = [];
    const kernel = await open({
      plugins: [
        tapping('watch', { 'tool.called': (event) => seen.push(event, Object.isFrozen(event)) }),
        toolbox('tools', { bad: { run: () => Promise.reject(new Error('no')) } }),
      ],
    });
    const call = kernel.call();
    await refusal(kernel.use('tool').get('bad').invoke({}, call));
    await vi.waitFor(() => expect(seen).toHaveLength(2), { interval: 1 });
    expect(seen).toEqual([
      {
        id: 'call-2',
        operation: 'tool',
        name: 'bad',
        plugin: 'tools',
        origin: { plugin: 'host', agents: [], parent: call.id, trigger: 'person', headless: false },
        durationMs: expect.any(Number),
        error: { code: 'RUSTIC_OPERATION_FAILED', message: 'tool "bad" of "tools" failed: no' },
      },
      true,
    ]);
  });
});
