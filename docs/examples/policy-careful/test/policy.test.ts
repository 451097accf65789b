import { type AnyPlugin, definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { createTestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import plugin from '../src/index.js';

const manifest = defineManifest({
  id: 'tool-test',
  contributes: {
    tool: {
      drop: { summary: 'Drops all', effects: { kind: 'none', idempotent: true, openWorld: false } },
      show: { summary: 'Shows a key', effects: { kind: 'none', idempotent: true, openWorld: false } },
    },
  },
});
const tools = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    tool: {
      drop: {
        run: () => {
          throw new Error('nothing there');
        },
      },
      show: { run: () => ({ parts: [{ type: 'text', text: 'the key is sk-abcdefgh1' }], data: 'sk-abcdefgh1' }) },
    },
  }),
});
type InCode = NonNullable<TestKernelOptions['plugins']>[number];
/** Everything is allowed by rule, so that it is the policy that decides. */
const rules = [{ effect: 'allow' as const, action: 'tool', match: '**' }];
async function start(answer: 'once' | 'deny' = 'once', policy: InCode = [plugin, { attended: ['drop'] }]) {
  const kernel = await createTestKernel({ plugins: [tools, policy], rules, answers: [{ outcome: answer }] });
  onTestFinished(() => kernel.dispose());
  return kernel;
}

describe('a careful policy', () => {
  it('asks a person each time, whatever the rules allow', async () => {
    const kernel = await start('deny');
    const dropping = kernel.use('tool').get('drop').invoke({}, kernel.call());
    await expect(dropping).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(kernel.asks).toMatchObject([{ name: 'drop', reason: expect.stringContaining('It is watched.') }]);
  });

  it('refuses where nobody watches, and asks nobody', async () => {
    const kernel = await start();
    const dropping = kernel
      .use('tool')
      .get('drop')
      .invoke({}, kernel.call({ headless: true }));
    const message = 'drop is for people who watch. Say what you would do.';
    await expect(dropping).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED', details: { message } });
    expect(kernel.asks).toEqual([]);
  });

  it('hides keys in what tools give, wherever they say it', async () => {
    const kernel = await start();
    const result = await kernel.use('tool').get('show').invoke({}, kernel.call());
    expect(result).toEqual({ parts: [{ type: 'text', text: 'the key is [hidden]' }], data: '[hidden]' });
  });

  it('writes down what failed, with its code', async () => {
    const kernel = await start();
    await kernel
      .use('tool')
      .get('drop')
      .invoke({}, kernel.call())
      .catch(() => {});
    // Who only looks on is told beside the call.
    await expect
      .poll(() => kernel.logs.filter(({ plugin: by }) => by === 'policy-careful'))
      .toMatchObject([{ message: 'drop failed', data: { code: expect.stringMatching(/^RUSTIC_/) } }]);
  });
});

describe('a careless policy', () => {
  const tapping = (hook: 'tool.call' | 'tool.result', tap: () => never): AnyPlugin => ({
    manifest: async () => ({
      default: { apiVersion: 1, id: 'policy-careless', contributes: { hook: { [hook]: {} } } },
    }),
    setup: () => ({ hook: { [hook]: tap } }),
  });
  const fails = () => {
    throw new Error('I did not think of that');
  };
  const shown = { parts: [{ type: 'text', text: 'the key is sk-abcdefgh1' }] };

  it('refuses the call when its gate throws', async () => {
    const kernel = await start('once', tapping('tool.call', fails));
    await expect(kernel.use('tool').get('show').invoke({}, kernel.call())).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { message: expect.stringMatching(/can not answer, so the answer is no: .+ I did not think of that$/) },
    });
  });

  it('hides nothing when its transform throws: the result is given as it was', async () => {
    const kernel = await start('once', tapping('tool.result', fails));
    expect(await kernel.use('tool').get('show').invoke({}, kernel.call())).toMatchObject(shown);
  });

  it('is not started when setup finds what is wrong, and its gate answers no until it is', async () => {
    const kernel = await start('once', [plugin, { hidden: '[' }]);
    await expect(kernel.use('tool').get('show').invoke({}, kernel.call())).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { message: expect.stringMatching(/can not answer, so the answer is no: .+ failed while starting: /) },
    });
  });
});
