import { describe, expect, it } from 'vitest';
import { open, quick } from './helper.js';

const text = (value: string) => ({ parts: [{ type: 'text', text: value }] });
const twice = (time: number) => {
  if (time < 3) throw new Error('it stumbled');
  return 'well';
};

describe('a tool', () => {
  it('that may be repeated is tried again', async () => {
    const { use, asked, retried } = await open({ tools: { again: twice }, options: { tool: quick() } });
    await expect(use('again')).resolves.toEqual(text('well'));
    expect(asked).toEqual(['again', 'again', 'again']);
    expect(retried).toMatchObject([
      { operation: 'tool', name: 'again', code: 'RUSTIC_OPERATION_FAILED', attempt: 2, max: 3 },
      { attempt: 3 },
    ]);
  });

  it('that may not be repeated is run once, and nobody runs in its place', async () => {
    const { use, asked } = await open({ tools: { once: twice }, options: { tool: quick({ fallback: ['other'] }) } });
    await expect(use('once')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
    expect(asked).toEqual(['once']);
  });

  it('is left as it is without options for tools', async () => {
    const { use, asked } = await open({ tools: { again: twice } });
    await expect(use('again')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
    expect(asked).toEqual(['again']);
  });

  it('that stays broken has another one run in its place, and its breaker opens', async () => {
    const broken = () => {
      throw new Error('it is broken');
    };
    const policy = quick({ breaker: { failures: 1, openMs: 60_000 }, fallback: ['other'] }, { attempts: 1 });
    const { use, asked, breakers } = await open({ tools: { again: broken }, options: { tool: policy } });
    await expect(use('again')).resolves.toEqual(text('from other'));
    await expect(use('again')).resolves.toEqual(text('from other'));
    expect(asked).toEqual(['again', 'other', 'other']);
    expect(breakers).toEqual([{ operation: 'tool', name: 'again', state: 'open' }]);
  });

  it('can differ from the others in what is done for it', async () => {
    const each = { again: { retry: { attempts: 2 }, fallback: ['other'] }, other: { breaker: { failures: 1 } } };
    const broken = () => {
      throw new Error('it is broken');
    };
    const { use, asked, breakers } = await open({
      tools: { again: broken, other: broken },
      options: { tool: { ...quick({ breaker: { failures: 9, openMs: 60_000 } }, { attempts: 1 }), each } },
    });
    await expect(use('again')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
    expect(asked).toEqual(['again', 'again', 'other']);
    await expect(use('again')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
    expect(asked).toEqual(['again', 'again', 'other', 'again', 'again']);
    expect(breakers).toEqual([{ operation: 'tool', name: 'other', state: 'open' }]);
  });

  it('that is named but not there is refused at the start', async () => {
    for (const each of [{ nowhere: {} }, { again: { fallback: ['nowhere'] } }]) {
      const { kernel } = await open({ options: { tool: { ...quick(), each } } });
      await expect(kernel.activate('policy-resilience')).rejects.toMatchObject({ code: 'RUSTIC_CAPABILITY_NOT_FOUND' });
    }
  });

  it('is not tried again after it was cancelled', async () => {
    const controller = new AbortController();
    const { use, asked } = await open({
      tools: {
        again: () => {
          controller.abort();
          throw new Error('it stumbled');
        },
      },
      options: { tool: quick() },
    });
    await expect(use('again', controller.signal)).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    expect(asked).toEqual(['again']);
  });
});

it('a step of a workflow that may be repeated is tried again', async () => {
  const { kernel, asked, retried } = await open({ tools: { again: twice }, options: { 'workflow.step': quick() } });
  const step = kernel.use('workflow.step').get('step');
  await expect(step.invoke({ step: 'one', inputs: {}, run: 'r' }, kernel.call())).resolves.toEqual({
    outputs: { said: 1 },
  });
  expect(asked).toHaveLength(3);
  expect(retried).toMatchObject([{ operation: 'workflow.step', name: 'step' }, { attempt: 3 }]);
});

it('what may pass by itself is an option', async () => {
  const { use, asked } = await open({ tools: { again: twice }, options: { tool: quick(), codes: [] } });
  await expect(use('again')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_FAILED' });
  expect(asked).toEqual(['again']);
});
