import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, openAgent, say } from './helper.js';

const said = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === 'item.completed' && event.item.type === 'user_message' ? [event.item.text] : [],
  );

describe('what is said while a turn is under way', () => {
  it('is told before the next model call, kept, and begins no turn', async () => {
    let session = '';
    const { kernel, agent, model } = await openAgent(
      [[call('c', 'look', { at: 'a' })], [say('Done.')], [say('Again.')]],
      {
        work: async () => {
          const steering = await kernel.service('steering');
          expect(await steering.say(session, 'and b')).toBe(true);
          expect(await steering.say('another', 'x')).toBe(false);
          return 'saw a';
        },
      },
    );
    onTestFinished(() => kernel.dispose());
    const play = async (prompt: string) => {
      const events: RunEvent[] = [];
      for await (const event of agent.invoke({ prompt, ...(session && { session }) }, kernel.call())) {
        session = event.sessionId;
        events.push(event);
      }
      return events;
    };
    expect(said(await play('look'))).toEqual(['and b']);
    expect(model.requests[1]?.messages.slice(-2).map(({ role }) => role)).toEqual(['tool', 'user']);
    expect(model.requests[1]?.messages.at(-1)?.parts).toEqual([say('and b')]);
    const second = await play('once more');
    expect(second[0]).toMatchObject({ type: 'session.started', turn: 2 });
    expect(model.requests[2]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'user',
      'assistant',
      'user',
    ]);
    expect(await (await kernel.service('steering')).say(session, 'too late')).toBe(false);
  });

  it('keeps a turn going that was about to end', async () => {
    const { kernel, agent, model } = await openAgent([[say('Done.')], [say('Now really.')]]);
    onTestFinished(() => kernel.dispose());
    const events: RunEvent[] = [];
    for await (const event of agent.invoke({ prompt: 'go' }, kernel.call())) {
      events.push(event);
      if (event.type === 'item.delta' && model.requests.length === 1)
        await (await kernel.service('steering')).say(event.sessionId, 'wait');
    }
    expect(said(events)).toEqual(['wait']);
    expect(events.at(-1)).toMatchObject({ type: 'run.completed', status: 'ok', result: 'Now really.', turns: 1 });
  });
});
