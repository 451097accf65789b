import catalogue from '@rustic-ai/plugin-provider-catalogue';
import type { ModelEvent } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, last, openAgent, say } from './helper.js';

/** A token of input costs 1 USD, one of output 10: a reply of the scripted model costs 60. */
const price = { inputUsd: 1e6, outputUsd: 1e7 };
const priced = [[catalogue, { models: [{ model: 'test/scripted', price }] }] as const];
const looking = [call('a', 'look', { at: 'x' })];
const unpriced: ModelEvent = { type: 'finish', reason: 'tool_calls' };

async function spend(
  maxCostUsd: number | undefined,
  replies: Parameters<typeof openAgent>[0],
  more: typeof priced | [] = priced,
) {
  const looked: string[] = [];
  const work = (at: string) => (looked.push(at), at);
  const { kernel, agent, model } = await openAgent(replies, { more, work });
  onTestFinished(() => kernel.dispose());
  const request = { prompt: 'go', ...(maxCostUsd !== undefined && { maxCostUsd }) };
  const completed = last(await collect(agent.invoke(request, kernel.call())));
  return { completed, asked: model.requests.length, looked };
}

describe('a run that may cost so much', () => {
  it('does not ask the model again once it has', async () => {
    const { completed, asked, looked } = await spend(100, [looking, looking, looking, [say('done')]]);
    expect(completed).toMatchObject({
      status: 'failed',
      exitCode: 6,
      usage: { costUsd: 120 },
      errors: [{ code: 'RUSTIC_LIMIT_COST', details: { limitUsd: 100, costUsd: 120, more: 200 } }],
    });
    // What the second reply wanted to be done was not done.
    expect({ asked, looked }).toEqual({ asked: 2, looked: ['x'] });
  });

  it('keeps an answer that was whole when it did', async () => {
    const { completed, asked } = await spend(100, [looking, [say('done')]]);
    expect(completed).toMatchObject({ status: 'ok', exitCode: 0, result: 'done', usage: { costUsd: 120 } });
    expect(asked).toBe(2);
  });

  it('goes on below it, and without one', async () => {
    expect((await spend(500, [looking, looking, [say('done')]])).completed).toMatchObject({ status: 'ok' });
    expect((await spend(undefined, [looking, [say('done')]], [])).completed).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['no catalogue is there', []],
    ['the catalogue has no price', [[catalogue, { models: [{ model: 'test/scripted' }] }]]],
    ['half of the price is known', [[catalogue, { models: [{ model: 'test/scripted', price: { inputUsd: 1 } }] }]]],
  ])('asks nothing where %s', async (_, more) => {
    const { completed, asked } = await spend(100, [[say('done')]], more as unknown as typeof priced);
    expect(asked).toBe(0);
    expect(completed).toMatchObject({
      status: 'failed',
      exitCode: 6,
      errors: [{ code: 'RUSTIC_LIMIT_COST_UNKNOWN', details: { model: 'test/scripted', limitUsd: 100 } }],
    });
  });

  it('stops where a call turns out to have no known cost', async () => {
    const { completed, asked } = await spend(100, [[...looking, unpriced], [say('done')]]);
    expect(asked).toBe(1);
    expect(completed).toMatchObject({ exitCode: 6, errors: [{ code: 'RUSTIC_LIMIT_COST_UNKNOWN' }] });
  });
});
