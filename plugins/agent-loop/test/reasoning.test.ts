import { collect } from '@rustic-ai/kernel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { call, openAgent, say, types } from './helper.js';

it('hands back reasoning with what its vendor put on it, each part with its own', async () => {
  const { kernel, agent, model } = await openAgent([
    [
      { type: 'reasoning', text: 'first ' },
      { type: 'reasoning', text: 'thought' },
      { type: 'reasoning', text: '', vendor: { signature: 'one' } },
      { type: 'reasoning', text: 'second', vendor: { signature: 'two' } },
      call('c1', 'look', { at: 'a' }),
    ],
    [say('done')],
  ]);
  onTestFinished(() => kernel.dispose());
  const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  expect(model.requests[1]?.messages.find(({ role }) => role === 'assistant')?.parts).toEqual([
    { type: 'reasoning', text: 'first thought', vendor: { signature: 'one' } },
    { type: 'reasoning', text: 'second', vendor: { signature: 'two' } },
    expect.objectContaining({ type: 'tool_call', id: 'c1' }),
  ]);
  expect(types(events).filter((type) => type === 'item.delta')).toHaveLength(3);
});
