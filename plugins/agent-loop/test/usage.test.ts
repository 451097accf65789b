import type { ModelEvent } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { call, last, openAgent, say } from './helper.js';

const finish = (reason: 'stop' | 'tool_calls', costUsd?: number): ModelEvent => ({
  type: 'finish',
  reason,
  usage: { inputTokens: 10, outputTokens: 5, ...(costUsd !== undefined && { costUsd }) },
});

it.each([
  ['is the sum of its calls', 0.5, 0.25, 0.75],
  ['is unknown when that of the last call is', 0.5, undefined, undefined],
  ['is unknown when that of the first call is', undefined, 0.25, undefined],
])('the cost of a turn %s', async (_, first, second, costUsd) => {
  const { kernel, agent } = await openAgent([
    [call('a', 'look', { at: 'x' }), finish('tool_calls', first)],
    [say('done'), finish('stop', second)],
  ]);
  onTestFinished(() => kernel.dispose());
  const { usage } = last(await collect(agent.invoke({ prompt: 'go' }, kernel.call())));
  expect(usage).toEqual({ inputTokens: 20, outputTokens: 10, ...(costUsd !== undefined && { costUsd }) });
});
