import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { chunk, end, hello, openModel, startServer, stream, textOf } from './server.js';

const call = (index: number, id: string | undefined, name: string | undefined, text: string) =>
  chunk({
    tool_calls: [{ index, ...(id && { id }), type: 'function', function: { ...(name && { name }), arguments: text } }],
  });
const usage = `data: ${JSON.stringify({
  id: 'c1',
  model: 'm-1',
  choices: [],
  usage: {
    prompt_tokens: 7,
    completion_tokens: 3,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 1 },
  },
})}\n\n`;
const asked = async (...parts: readonly (string | Uint8Array)[]) => {
  const server = await startServer((response) => stream(response, ...parts));
  return (await openModel(server.url)).ask();
};

describe('a streamed answer', () => {
  it('is text, reasoning and usage as they arrive', async () => {
    expect(
      await asked(
        chunk({ role: 'assistant', reasoning_content: 'hm' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
        chunk({}, { finish_reason: 'stop' }),
        usage,
        'data: [DONE]\n\n',
      ),
    ).toEqual([
      { type: 'start', model: 'm-1', id: 'c1' },
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'Hello' },
      {
        type: 'finish',
        reason: 'stop',
        usage: { inputTokens: 7, outputTokens: 3, cachedInputTokens: 2, reasoningTokens: 1 },
      },
    ]);
  });

  it('delivers parallel calls whole, at the end, with their ids', async () => {
    const events = await asked(
      call(0, 'a', 'fs_read', '{"pa'),
      call(1, 'b', 'fs_list', ''),
      call(0, undefined, undefined, 'th":"x"}'),
      end('tool_calls'),
    );
    expect(events.filter(({ type }) => type === 'tool_call' || type === 'finish')).toEqual([
      { type: 'tool_call', id: 'a', name: 'fs_read', input: { path: 'x' } },
      { type: 'tool_call', id: 'b', name: 'fs_list', input: {} },
      { type: 'finish', reason: 'tool_calls' },
    ]);
  });

  it('passes broken arguments on as text, for the tool to refuse', async () => {
    const events = await asked(call(0, 'a', 'fs_read', '{"path": '), end('tool_calls'));
    expect(events.find(({ type }) => type === 'tool_call')).toMatchObject({ input: '{"path": ' });
  });

  it('reads the same whatever the bytes are cut into', async () => {
    const text = 'Grüße, 漢字 🦀';
    const bytes = Buffer.from(chunk({ content: text }) + end());
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(textOf(await asked(...single))).toBe(text);
    const crlf = (chunk({ content: text }) + end()).replaceAll('\n', '\r\n');
    expect(textOf(await asked(crlf))).toBe(text);
    const large = 'x'.repeat(5_000_000);
    expect(textOf(await asked(chunk({ content: large }), end()))).toBe(large);
  });

  it('that is cut ends with one error, keeps its text and delivers no half call', async () => {
    const server = await startServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'half' }) + call(0, 'a', 'fs_write', '{"path":"x"'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.destroy();
    });
    const events = await (await openModel(server.url)).ask();
    expect(textOf(events)).toBe('half');
    expect(events.some(({ type }) => type === 'tool_call')).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'error' });
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE' } });
  });

  it('that ends without a reason is incomplete', async () => {
    const events = await asked(chunk({ content: 'half' }), 'data: [DONE]\n\n');
    expect(events.at(-1)).toMatchObject({
      type: 'finish',
      reason: 'error',
      error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE' },
    });
  });

  it.each([
    ['nothing', ''],
    ['no events', 'hello there\n'],
    ['only the end', 'data: [DONE]\n\n'],
  ])('of %s is no answer', async (_, body) => {
    await expect(asked(body)).rejects.toMatchObject({ code: 'RUSTIC_MODEL_STREAM_INVALID' });
  });

  it('ends at once when it is cancelled, and the server sees the connection close', async () => {
    let closed: Promise<unknown> | undefined;
    const server = await startServer((response: ServerResponse) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'one' }));
    });
    const { model } = await openModel(server.url);
    const controller = new AbortController();
    const events = [];
    for await (const event of model.invoke(hello, undefined, { signal: controller.signal })) {
      events.push(event);
      if (event.type === 'text') controller.abort();
    }
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'aborted' });
    await closed;
  });
});

describe('a whole answer', () => {
  const json = (body: unknown) => async () => {
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    return (await openModel(server.url)).ask({ stream: false });
  };

  it('has its text, calls and usage', async () => {
    const tool = { id: 'a', type: 'function', function: { name: 'fs_read', arguments: '{"path":"x"}' } };
    const ask = json({
      id: 'c1',
      model: 'm-1',
      choices: [
        { index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: 'hi', tool_calls: [tool] } },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(await ask()).toEqual([
      { type: 'start', model: 'm-1', id: 'c1' },
      { type: 'text', text: 'hi' },
      { type: 'tool_call', id: 'a', name: 'fs_read', input: { path: 'x' } },
      { type: 'finish', reason: 'tool_calls', usage: { inputTokens: 7, outputTokens: 3 } },
    ]);
  });

  it.each([
    ['no choice', { choices: [] }],
    ['another shape', { error: 'what?' }],
    ['nothing', {}],
  ])('with %s is no answer', async (_, body) => {
    await expect(json(body)()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_STREAM_INVALID' });
  });

  it('that is no JSON is a coded failure', async () => {
    await expect(json('garbage {')()).rejects.toMatchObject({ code: expect.stringMatching(/^RUSTIC_MODEL_/) });
  });
});
