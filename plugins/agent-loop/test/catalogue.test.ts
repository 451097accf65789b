import catalogue from '@rustic-ai/plugin-provider-catalogue';
import type { ModelFacts } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAgent, say } from './helper.js';

describe('an agent with the catalogue', () => {
  const run = async (models: readonly Partial<ModelFacts>[]) => {
    const { kernel, agent } = await openAgent([[say('done')]], { more: [[catalogue, { models } as never]] });
    onTestFinished(() => kernel.dispose());
    return collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  };

  it('says what a turn cost, and how large the window is', async () => {
    const price = { inputUsd: 1_000, outputUsd: 2_000 };
    const events = await run([{ model: 'test/scripted', contextTokens: 99, price }]);
    const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.02 };
    expect(events.find(({ type }) => type === 'usage.updated')).toMatchObject({ usage, contextSize: 99 });
    expect(events.at(-1)).toMatchObject({ type: 'run.completed', usage });
  });

  it('says neither of a model it does not know', async () => {
    const updated = (await run([])).find(({ type }) => type === 'usage.updated');
    expect(updated).toMatchObject({ usage: { inputTokens: 10, outputTokens: 5 } });
    expect(updated).not.toHaveProperty('contextSize');
    expect(updated).not.toHaveProperty('usage.costUsd');
  });
});
