import type { Access, Call, Handles, Rule } from '@rustic-ai/kernel';
import type { TestKernelOptions } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, toolbox } from './plugins.js';

const effects = (kind: 'read' | 'write') => ({ kind, idempotent: false, openWorld: true }) as const;
const touching = (kind: 'read' | 'write', ...accesses: Access[]) => ({
  effects: effects(kind),
  access: () => accesses,
  run: () => said('done'),
});
const tools = toolbox('tools', {
  fs_read: touching('read', { action: 'fs.read', resource: 'src/a.ts' }),
  fs_edit: {
    ...touching('write', { action: 'fs.write', resource: 'src/a.ts' }),
    preview: () => ({ type: 'diff', text: '-a\n+b' }),
  },
  shell_run: touching(
    'write',
    { action: 'exec', resource: 'git status' },
    { action: 'exec', resource: 'curl https://x.example' },
  ),
  http_request: touching('read', { action: 'net', resource: 'https://x.example/' }),
});
/** A model behind an address of its own, and an agent whose helper makes the request. */
const others = plugin(
  {
    id: 'others',
    requires: { tools: { all: 'tool' }, agents: { all: 'agent' } },
    contributes: {
      model: { 'openai/m': { summary: 'M' } },
      agent: { root: { summary: 'A' }, helper: { summary: 'B' } },
    },
  },
  ({ deps }) => {
    const { tools, agents } = deps as { tools: Handles<'tool'>; agents: Handles<'agent'> };
    return {
      model: {
        'openai/m': {
          async *run() {
            yield { type: 'start', model: 'm' };
            yield { type: 'finish', reason: 'stop' };
          },
        },
      },
      agent: {
        root: { run: (_: unknown, call: Call) => agents.get('helper').invoke({ prompt: '' }, call) },
        helper: {
          async *run(_: unknown, call: Call) {
            await tools.get('http_request').invoke({}, call);
          },
        },
      },
    };
  },
);
const compose = (options: Partial<TestKernelOptions> = {}) =>
  open({ plugins: [tools, others], answers: [{ outcome: 'once' }], ...options });
const shown = (accesses: readonly Access[]) => accesses.map(({ action, resource }) => `${action} ${resource}`);
const denied = { code: 'RUSTIC_PERMISSION_DENIED' };

describe('from declaration to decision', () => {
  it('reading in the workspace is allowed', async () => {
    const kernel = await compose();
    await kernel.use('tool').get('fs_read').invoke({}, kernel.call());
    const [row] = await kernel.audit();
    expect(row?.decision).toBe('allow');
    expect(shown(row?.accesses ?? [])).toEqual(['tool fs_read', `fs.read ${kernel.workspace}/src/a.ts`]);
    expect(kernel.asks).toEqual([]);
  });

  it('writing is asked about with the diff; headless it is denied', async () => {
    const kernel = await compose();
    await kernel.use('tool').get('fs_edit').invoke({}, kernel.call());
    expect(kernel.asks).toMatchObject([{ detail: { type: 'diff', text: '-a\n+b' } }]);
    const headless = kernel
      .use('tool')
      .get('fs_edit')
      .invoke({}, kernel.call({ headless: true }));
    expect(await refusal(headless)).toMatchObject(denied);
    expect(kernel.asks).toHaveLength(1);
  });

  it('a line of two commands is asked about with both; a rule for one of them changes nothing', async () => {
    const rules: Rule[] = [{ effect: 'allow', action: 'exec', match: 'git status' }];
    for (const options of [{}, { rules }]) {
      const kernel = await compose(options);
      await kernel.use('tool').get('shell_run').invoke({}, kernel.call());
      expect(kernel.asks.map(({ accesses }) => shown(accesses))).toEqual([
        ['tool shell_run', 'exec git status', 'exec curl https://x.example'],
      ]);
    }
  });

  it('a model is allowed by its name alone', async () => {
    const kernel = await compose();
    const request = { model: 'openai/m', messages: [], purpose: 'turn' } as const;
    await Array.fromAsync(kernel.use('model').default.invoke(request, kernel.call()));
    expect((await kernel.audit()).map(({ decision, accesses }) => [decision, shown(accesses)])).toEqual([
      ['allow', ['model openai/m']],
    ]);
  });

  it('a helper gets for a host what its caller would get, or less', async () => {
    const ask = async (rules: Rule[]) => {
      const kernel = await compose({ rules });
      const refused = await refusal(
        Array.fromAsync(kernel.use('agent').get('root').invoke({ prompt: '' }, kernel.call())),
      );
      expect((await kernel.audit()).at(-1)?.origin.agents ?? []).toEqual(['root', 'helper']);
      return refused ?? kernel.asks.length;
    };
    const rule = (effect: Rule['effect'], agent: string): Rule => ({
      effect,
      action: 'net',
      match: 'x.example',
      origin: { agent },
    });
    expect(await ask([])).toBe(1);
    expect(await ask([rule('allow', 'helper')])).toBe(1);
    expect(await ask([rule('deny', 'root'), rule('allow', 'helper')])).toMatchObject(denied);
    expect(await ask([rule('deny', 'helper')])).toMatchObject(denied);
  });
});
