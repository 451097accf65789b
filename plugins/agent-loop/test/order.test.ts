import policyTools from '@rustic-ai/plugin-policy-tools';
import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { collect } from '@rustic-ai/kernel/testing';
import { type ModelRequest, type Part, textOf } from '@rustic-ai/kernel/contracts';
import { expect, it } from 'vitest';
import { call, openAgent } from './helper.js';

const results = (request: ModelRequest | undefined) =>
  (request?.messages.at(-1)?.parts ?? []).flatMap((part: Part) =>
    part.type === 'tool_result' ? [[part.id, part.error?.code ?? textOf(part.output)]] : [],
  );

it('a call waits for those of tools that come first, wherever they stand; results keep the order of the calls', async () => {
  const order: string[] = [];
  const { kernel, agent, model } = await openAgent(
    [[call('p', 'publish', { at: 'p' }), call('l', 'look', { at: 'l' }), call('c', 'change', { at: 'c' })]],
    { work: (at) => (order.push(at), at) },
  );
  await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  expect(order).toEqual(['c', 'p', 'l']);
  expect(results(model.requests[1])).toEqual([
    ['p', 'p'],
    ['l', 'l'],
    ['c', 'c'],
  ]);
  await kernel.dispose();
});

it('a call is not run when one of those failed, and says which', async () => {
  const order: string[] = [];
  const { kernel, agent, model } = await openAgent(
    [[call('c', 'change', { at: 'c' }), call('p', 'publish', { at: 'p' }), call('l', 'look', { at: 'l' })]],
    {
      work: (at) => {
        order.push(at);
        if (at === 'c') throw new Error('no');
        return at;
      },
    },
  );
  await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  expect(order).toEqual(['c', 'l']);
  expect(results(model.requests[1])).toEqual([
    ['c', 'RUSTIC_OPERATION_FAILED'],
    ['p', 'RUSTIC_TOOL_PREREQUISITE'],
    ['l', 'l'],
  ]);
  expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toContain('it comes after \\"change\\"');
  await kernel.dispose();
});

it('long chains of tools that come first are put in order at once', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `step_${index}`);
  const effects = { kind: 'none', idempotent: true, openWorld: false } as const;
  const declared = names.map((name, index) => {
    const after = index > 0 ? [`step_${index - 1}`] : [];
    return [name, { summary: 'A step', effects, facts: { after } }] as const;
  });
  const ran: string[] = [];
  const steps = definePlugin({
    manifest: async () => ({
      default: defineManifest({ id: 'steps', contributes: { tool: Object.fromEntries(declared) } }),
    }),
    setup: () => ({
      tool: Object.fromEntries(names.map((name) => [name, { run: async () => (ran.push(name), { parts: [] }) }])),
    }),
  });
  const calls = names.toReversed().flatMap((name) => [1, 2, 3, 4, 5, 6].map((n) => call(`${name}-${n}`, name, {})));
  const { kernel, agent } = await openAgent([calls], { more: [steps] });
  await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  expect(ran).toEqual(names.flatMap((name) => [1, 2, 3, 4, 5, 6].map(() => name)));
  await kernel.dispose();
});

it('a denial, a failure and a time-out read differently; a denial says that it is policy', async () => {
  const { kernel, agent, model } = await openAgent(
    [
      [
        call('denied', 'change', { at: 'x' }),
        call('failed', 'look', { at: 'fail' }),
        call('late', 'look', { at: 'hang' }),
        call('good', 'look', { at: 'good' }),
      ],
    ],
    {
      kernel: { answers: [{ outcome: 'deny', message: 'not that one' }] },
      more: [[policyTools, { limitsMs: { look: 50 } }]],
      work: async (at) => {
        if (at === 'fail') throw new Error('it broke');
        if (at === 'hang') await new Promise(() => {});
        return at;
      },
    },
  );
  await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  const read = (model.requests[1]?.messages.at(-1)?.parts ?? []).map((part) =>
    part.type === 'tool_result' ? textOf(part.output) : '',
  );
  expect(read).toEqual([
    expect.stringMatching(/^RUSTIC_PERMISSION_DENIED: Denied by policy, not by the tool\. .*not that one/),
    expect.stringMatching(/^RUSTIC_OPERATION_FAILED: Failed\. .*it broke/),
    expect.stringMatching(/^RUSTIC_TOOL_TIMEOUT: Timed out\. .* It may have taken effect/),
    'good',
  ]);
  await kernel.dispose();
});
