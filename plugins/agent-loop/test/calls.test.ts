import { collect } from '@rustic-ai/kernel/testing';
import type { ModelRequest, Part } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { call, last, openAgent, types } from './helper.js';

const results = (request: ModelRequest | undefined) =>
  (request?.messages.at(-1)?.parts ?? []).map((part: Part) =>
    part.type === 'tool_result' ? [part.id, part.error?.code ?? part.output] : part,
  );

describe('the calls of a reply', () => {
  it('run side by side when they read, and alone and in order when they write', async () => {
    let running = 0;
    const most: Record<string, number> = {};
    const order: string[] = [];
    const release = new Map<string, () => void>();
    const { kernel, agent } = await openAgent(
      [
        [
          call('1', 'look', { at: 'a' }),
          call('2', 'look', { at: 'b' }),
          call('3', 'change', { at: 'c' }),
          call('4', 'change', { at: 'd' }),
        ],
      ],
      {
        work: async (at) => {
          running++;
          most[at] = running;
          order.push(at);
          // The two readers wait for each other: they can only end if they run at the same time.
          if (at === 'a') await new Promise<void>((resolve) => release.set('a', resolve));
          if (at === 'b') release.get('a')?.();
          running--;
          return at;
        },
      },
    );
    await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    expect(most).toMatchObject({ b: 2, c: 1, d: 1 });
    await kernel.dispose();
  });

  it('each have a result the model can read, whatever happened', async () => {
    const { kernel, agent, model } = await openAgent(
      [
        [
          call('bad', 'look', {}),
          call('unknown', 'fly', { at: 'x' }),
          call('same', 'look', { at: 'x' }),
          call('same', 'look', { at: 'y' }),
          call('throws', 'look', { at: 'boom' }),
        ],
      ],
      {
        work: (at) => {
          if (at === 'boom') throw new Error('it broke');
          return at;
        },
      },
    );
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(last(events)).toMatchObject({ status: 'ok', result: 'done' });
    expect(results(model.requests[1])).toEqual([
      ['bad', 'RUSTIC_OPERATION_INPUT'],
      ['unknown', 'RUSTIC_CAPABILITY_NOT_FOUND'],
      ['same', [{ type: 'text', text: 'x' }]],
      ['same-3', [{ type: 'text', text: 'y' }]],
      ['throws', 'RUSTIC_OPERATION_FAILED'],
    ]);
    await kernel.dispose();
  });

  it('show the question and the answer in the stream; a refusal is read by the model, which goes on', async () => {
    const { kernel, agent, model } = await openAgent([[call('w', 'change', { at: 'file' })]], {
      kernel: { answers: [{ outcome: 'deny', message: 'not this one' }] },
    });
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    const shown = types(events).filter((type) => type.startsWith('permission.'));
    expect(shown).toEqual(['permission.requested', 'permission.decided']);
    expect(types(events).indexOf('permission.decided')).toBeLessThan(types(events).lastIndexOf('item.completed'));
    expect(results(model.requests[1])).toEqual([['w', 'RUSTIC_PERMISSION_DENIED']]);
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toContain('not this one');
    expect(last(events)).toMatchObject({ status: 'ok', permissionDenials: ['change'] });
    await kernel.dispose();
  });

  it('are asked about with the session and the agent they come from', async () => {
    const { kernel, agent } = await openAgent([[call('w', 'change', { at: 'file' })]]);
    const [started] = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(kernel.asks[0]?.origin).toMatchObject({
      session: started?.sessionId,
      turn: 1,
      agents: ['main'],
      trigger: 'agent',
      headless: false,
    });
    await kernel.dispose();
  });

  it('are bounded: two hundred at once all have their result', async () => {
    const many = Array.from({ length: 200 }, (_, index) => call(`c${index}`, 'look', { at: String(index) }));
    const { kernel, agent, model } = await openAgent([many]);
    await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(results(model.requests[1])).toHaveLength(200);
    await kernel.dispose();
  });
});
