import { partsOf } from '@rustic-ai/kernel/contracts';
import { collect, startFaultServer } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asked, hello, open } from './model.js';
import { block, end, start } from './wire.js';

const json = (index: number, id: string, ...parts: readonly string[]) =>
  block(
    index,
    { type: 'tool_use', id, name: 'fs_read', input: {} },
    ...parts.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  );
const thinking = block(
  0,
  { type: 'thinking', thinking: '', signature: '' },
  { type: 'thinking_delta', thinking: 'Let me ' },
  { type: 'thinking_delta', thinking: 'see.' },
  { type: 'signature_delta', signature: 'c2ln' },
);

describe('an answer', () => {
  it('is thinking with its signature, text, parallel calls with their ids, and usage', async () => {
    const text = block(2, { type: 'text', text: '' }, { type: 'text_delta', text: 'I read.' });
    const hidden = block(1, { type: 'redacted_thinking', data: 'b3BhcXVl' });
    const calls = json(3, 'toolu_a', '{"pa', 'th":"a"}') + json(4, 'toolu_b');
    const { events } = await asked(start + thinking + hidden + text + calls + end('tool_use'));
    expect(events.filter(({ type }) => type !== 'tool_call_delta')).toEqual([
      { type: 'start', model: 'm-1', id: 'msg_1' },
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'reasoning', text: '', vendor: { anthropic: { signature: 'c2ln' } } },
      { type: 'reasoning', text: '', vendor: { anthropic: { data: 'b3BhcXVl' } } },
      { type: 'text', text: 'I read.' },
      { type: 'tool_call', id: 'toolu_a', name: 'fs_read', input: { path: 'a' } },
      { type: 'tool_call', id: 'toolu_b', name: 'fs_read', input: {} },
      {
        type: 'finish',
        reason: 'tool_calls',
        usage: { inputTokens: 6, outputTokens: 9, cachedInputTokens: 2, cacheWriteTokens: 1 },
      },
    ]);
  });

  it('goes back with thinking, signature and calls in the order they came', async () => {
    const { events } = await asked(start + thinking + json(1, 'toolu_a', '{}') + end('tool_use'));
    const messages = [
      ...hello.messages,
      { role: 'assistant', parts: partsOf(events) },
      { role: 'tool', parts: [{ type: 'tool_result', id: 'toolu_a', output: [{ type: 'text', text: 'A' }] }] },
    ] as const;
    const { body } = await asked(start + end('end_turn'), { messages });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'hello' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' },
          { type: 'tool_use', id: 'toolu_a', name: 'fs_read', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_a', content: 'A' }] },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['refusal', 'content_filter'],
    ['model_context_window_exceeded', 'length'],
  ])('that ends with %s ends with %s', async (said, reason) => {
    const { events } = await asked(start + end(said));
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason });
  });

  it('is the same in one piece', async () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Hi.' },
      { type: 'tool_use', id: 'toolu_a', name: 'fs_read', input: { path: 'a' } },
    ];
    const message = {
      id: 'msg_1',
      model: 'm-1',
      content,
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 2 },
    };
    const { events, body } = await asked(JSON.stringify(message), { stream: false, maxTokens: 64_000 });
    expect(body).toMatchObject({ stream: false, max_tokens: 64_000 });
    expect(events.slice(1)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'reasoning', text: '', vendor: { anthropic: { signature: 'c2ln' } } },
      { type: 'text', text: 'Hi.' },
      { type: 'tool_call', id: 'toolu_a', name: 'fs_read', input: { path: 'a' } },
      { type: 'finish', reason: 'tool_calls', usage: { inputTokens: 1, outputTokens: 2 } },
    ]);
  });
});

describe('the vendor is asked', () => {
  it('how many tokens a request has', async () => {
    const server = await startFaultServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":12}');
    });
    onTestFinished(() => server.close());
    const { handle, close } = await open(server.url);
    onTestFinished(close);
    expect((await collect(handle.invoke({ ...hello, countTokens: true }))).at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: { inputTokens: 12, outputTokens: 0 },
    });
    expect(server.asked[0]?.path).toBe('/v1/messages/count_tokens');
  });
});
