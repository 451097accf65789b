import type { ModelEvent } from '@rustic-ai/kernel/contracts';
import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { call, last, openAgent, say, types } from './helper.js';

describe('a turn', () => {
  it('asks the model, runs its tools, gives back the results and answers', async () => {
    const { kernel, agent, model } = await openAgent([
      [say('I look. '), call('a', 'look', { at: 'x' })],
      [say('It is '), say('there.')],
    ]);
    const events = await collect(agent.invoke({ prompt: 'is x there?' }, kernel.call()));
    expect(types(events)).toEqual([
      'session.started',
      'turn.started',
      'item.started',
      'item.delta',
      'item.completed',
      'usage.updated',
      'item.started',
      'item.completed',
      'item.started',
      'item.delta',
      'item.completed',
      'usage.updated',
      'turn.completed',
      'run.completed',
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(last(events)).toMatchObject({
      status: 'ok',
      exitCode: 0,
      result: 'It is there.',
      usage: { inputTokens: 20, outputTokens: 10 },
      permissionDenials: [],
      errors: [],
    });
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'is x there?' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'I look. ' },
          { type: 'tool_call', id: 'a', name: 'look', input: { at: 'x' } },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_result', id: 'a', output: [{ type: 'text', text: 'saw x' }] }] },
    ]);
    await kernel.dispose();
  });

  it('keeps every message in the session, and goes on from there', async () => {
    const { kernel, agent, model } = await openAgent([[say('one')], [say('two')]]);
    const [started] = await collect(agent.invoke({ prompt: 'first' }, kernel.call()));
    const events = await collect(agent.invoke({ prompt: 'second', session: started?.sessionId ?? '' }, kernel.call()));
    expect(events.at(0)?.turn).toBe(2);
    expect(model.requests[1]?.messages.slice(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    const log = await (await kernel.service('session')).open(started?.sessionId ?? '');
    expect((await log.entries()).map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 message',
      '2 message',
      '3 message',
      '4 message',
    ]);
    await kernel.dispose();
  });

  it('appends the prompt before the model is asked, and a reply before calls that do more than read', async () => {
    const seen: number[] = [];
    const count = async (session: string) =>
      (await (await (await kernel.service('session')).open(session)).entries()).length;
    const { kernel, agent } = await openAgent(
      [
        () =>
          (async function* (): AsyncGenerator<ModelEvent> {
            const [info] = await (await kernel.service('session')).list({});
            seen.push(await count(info?.id ?? ''));
            yield call('a', 'change', { at: 'x' });
          })(),
      ],
      {
        work: async () => {
          const [info] = await (await kernel.service('session')).list({});
          seen.push(await count(info?.id ?? ''));
          return 'ok';
        },
      },
    );
    await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    // The reply and the intent of the call are one append.
    expect(seen).toEqual([1, 3]);
    await kernel.dispose();
  });

  it('keeps a reply that only reads together with its results, and asks for whole answers when told to', async () => {
    const { kernel, agent, model } = await openAgent([[call('a', 'look', { at: 'x' })]], { config: { stream: false } });
    const [started] = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    const log = await (await kernel.service('session')).open(started?.sessionId ?? '');
    const entries = await log.entries();
    expect((await log.messages()).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(entries[1]?.ts).toBe(entries[2]?.ts);
    expect(model.requests.map(({ stream }) => stream)).toEqual([false, false]);
    await kernel.dispose();
  });

  it('stops asking for tools at its limit and ends with an answer and exit code 6', async () => {
    const again: ModelEvent[] = [call('again', 'look', { at: 'x' })];
    const { kernel, agent, model } = await openAgent([again, again, [say('I stop here.')]], {
      config: { maxSteps: 2 },
    });
    const events = await collect(agent.invoke({ prompt: 'loop' }, kernel.call()));
    expect(last(events)).toMatchObject({ status: 'failed', exitCode: 6, result: 'I stop here.' });
    expect(last(events).errors[0]).toMatchObject({ code: 'RUSTIC_LIMIT_STEPS', details: { limit: 2 } });
    expect(model.requests.map(({ toolChoice }) => toolChoice)).toEqual([undefined, undefined, 'none']);
    await kernel.dispose();
  });

  it('builds the prompt from its instructions and the parts of plugins, the most stable first', async () => {
    const manifest = defineManifest({
      id: 'context-test',
      contributes: { hook: { 'prompt.parts': {}, 'prompt.build': {}, 'tools.select': {} } },
    });
    const plugin = definePlugin<typeof manifest>({
      manifest: async () => ({ default: manifest }),
      setup: () => ({
        hook: {
          'prompt.parts': () => ({ id: 'now', stability: 'turn', text: 'It is noon.' }),
          'prompt.build': (prompt) => ({
            ...prompt,
            parts: [...prompt.parts, { id: 'rule', stability: 'session', text: 'Be brief.' }],
          }),
          'tools.select': ({ agent, tools }) => ({ agent, tools: tools.filter(({ name }) => name === 'look') }),
        },
      }),
    });
    const { kernel, agent, model } = await openAgent([], { config: { instructions: 'In {cwd}.' }, more: [plugin] });
    await collect(agent.invoke({ prompt: 'hello' }, kernel.call()));
    expect(model.requests[0]?.messages[0]).toEqual({
      role: 'system',
      parts: [
        { type: 'text', text: `In ${kernel.workspace}.` },
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'It is noon.' },
      ],
    });
    expect(model.requests[0]?.tools?.map(({ name }) => name)).toEqual(['look']);
    await kernel.dispose();
  });

  it('pulls the model only a little ahead of its reader', async () => {
    let pulled = 0;
    const { kernel, agent } = await openAgent([
      () =>
        (async function* (): AsyncGenerator<ModelEvent> {
          for (let i = 0; i < 100; i++) {
            pulled++;
            yield say('x'.repeat(1_000));
          }
        })(),
    ]);
    for await (const event of agent.invoke({ prompt: 'go' }, kernel.call())) {
      if (event.type === 'item.delta') break;
    }
    expect(pulled).toBeLessThanOrEqual(12);
    await kernel.dispose();
  });
});
