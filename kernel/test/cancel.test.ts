import type { Call, Handles } from '@rustic-ai/kernel';
import { collect } from '@rustic-ai/kernel/testing';
import { expect, it } from 'vitest';
import { open, plugin, said } from './plugins.js';

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
