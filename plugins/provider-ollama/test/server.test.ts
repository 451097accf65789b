import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hello, last, line, open, openModel, serve } from './model.js';

async function asked(request: Partial<ModelRequest>, text = last) {
  const server = await serve(text);
  const { handle, close } = await openModel(server.url);
  onTestFinished(close);
  const events = await collect(handle.invoke({ ...hello, ...request }));
  return { events, path: server.asked[0]?.path, body: JSON.parse(server.asked[0]?.body ?? '{}') as object };
}

describe('a request', () => {
  it('carries images, calls, and results by the names of what was called', async () => {
    const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
    const { body, path } = await asked({
      messages: [
        { role: 'user', parts: [{ type: 'text', text: 'look' }, image] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'see', input: { at: 1 } }] },
        { role: 'tool', parts: [{ type: 'tool_result', id: 'a', output: [{ type: 'text', text: 'seen' }] }] },
      ],
    });
    expect(path).toBe('/api/chat');
    expect(body).toMatchObject({
      messages: [
        { role: 'user', content: 'look', images: ['AAAA'] },
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'see', arguments: { at: 1 } } }] },
        { role: 'tool', content: 'seen', tool_name: 'see' },
      ],
    });
  });

  it('leaves the choice of a tool to the model, and is told of no tool when it shall use none', async () => {
    const tools = [{ name: 'see', description: 'Sees', input: { type: 'object' } }];
    expect((await asked({ tools, toolChoice: 'auto' })).body).toMatchObject({ tools: [{ function: { name: 'see' } }] });
    expect((await asked({ tools, toolChoice: 'none' })).body).not.toHaveProperty('tools');
  });

  it('takes no image for the path of a file', async () => {
    const image = { type: 'image', mediaType: 'image/png', data: '/etc/hostname' } as const;
    const { body } = await asked({ messages: [{ role: 'user', parts: [image] }] });
    expect(body).toMatchObject({ messages: [{ images: ['/etc/hostname'] }] });
  });

  it('carries every setting under the name the server has for it', async () => {
    const schema = { type: 'object' };
    const { body } = await asked({
      maxTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      reasoning: { effort: 'low' },
      output: { schema },
      vendor: { keep_alive: '5m', options: { num_ctx: 8_192 } },
    });
    expect(body).toMatchObject({
      format: schema,
      think: 'low',
      keep_alive: '5m',
      options: {
        num_predict: 10,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 4,
        stop: ['END'],
        seed: 7,
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        num_ctx: 8_192,
      },
    });
  });
});

describe('an answer', () => {
  it('is thinking, text, parallel calls with ids of their own, and usage', async () => {
    const call = (path: string) => ({ function: { name: 'fs_read', arguments: { path } } });
    const { events } = await asked(
      {},
      line({ message: { role: 'assistant', content: '', thinking: 'Hm.' }, done: false }) +
        line({ message: { role: 'assistant', content: 'Both.' }, done: false }) +
        line({ message: { role: 'assistant', content: '', tool_calls: [call('a'), call('b')] }, done: false }) +
        last,
    );
    expect(events).toEqual([
      { type: 'start', model: 'm' },
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Both.' },
      { type: 'tool_call', id: expect.any(String), name: 'fs_read', input: { path: 'a' } },
      { type: 'tool_call', id: expect.any(String), name: 'fs_read', input: { path: 'b' } },
      { type: 'finish', reason: 'tool_calls', usage: { inputTokens: 3, outputTokens: 4 } },
    ]);
  });
});

describe('the server', () => {
  it('is asked for its models', async () => {
    const server = await serve(JSON.stringify({ models: [{ name: 'qwen3:8b' }, { name: 'gemma3:4b' }] }), 200, false);
    const { kernel, close } = await open(server.url);
    onTestFinished(close);
    const names = (await kernel.use('model').list()).map(({ name }) => name);
    expect(names).toEqual(['ollama/gemma3:4b', 'ollama/qwen3:8b']);
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/tags']);
  });

  it('that has no such model is answered with the command that fetches it', async () => {
    const server = await serve('{"error":"model \'m\' not found"}', 404);
    const { handle, close } = await openModel(server.url);
    onTestFinished(close);
    await expect(collect(handle.invoke(hello))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_NOT_FOUND',
      details: { reason: expect.stringContaining('ollama pull m') },
    });
  });

  it.each([
    ['tools', '"m" does not support tools'],
    ['reasoning', '"m" does not support thinking'],
  ])('that has no %s for a model is understood', async (parameter, error) => {
    const server = await serve(JSON.stringify({ error }), 400);
    const { handle, close } = await openModel(server.url);
    onTestFinished(close);
    await expect(collect(handle.invoke(hello))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter },
    });
  });
});

describe('/ollama-pull', () => {
  const step = (more: object) => `${JSON.stringify({ status: 'pulling', digest: 'sha256:1', ...more })}\n`;
  async function pull(text: string, name = 'qwen3:8b') {
    const server = await serve(text);
    const { kernel, close } = await open(server.url, ['m'], true);
    onTestFinished(close);
    const said: unknown[] = [];
    const onProgress = (progress: unknown) => void said.push(progress);
    const command = kernel.use('command').get('ollama-pull');
    const events = collect(command.invoke({ text: name }, undefined, { onProgress }));
    return { server, said, events };
  }

  it('fetches a model and says how far it is', async () => {
    const steps = step({ completed: 5, total: 10 }) + step({ completed: 10, total: 10 });
    const { server, said, events } = await pull(`${steps}{"status":"success"}\n`);
    expect(await events).toMatchObject([{ type: 'run.completed', status: 'ok', result: 'qwen3:8b is there: success' }]);
    expect(server.asked[0]).toMatchObject({ path: '/api/pull', body: expect.stringContaining('"name":"qwen3:8b"') });
    expect(said).toEqual([
      { text: 'pulling', done: 5, total: 10, unit: 'bytes' },
      { text: 'pulling', done: 10, total: 10, unit: 'bytes' },
      { text: 'success' },
    ]);
  });

  it.each([
    ['that breaks off', step({ completed: 5, total: 10 }), 'RUSTIC_MODEL_STREAM_INCOMPLETE'],
    ['that the server fails', `${step({})}{"error":"no space left"}\n`, 'RUSTIC_MODEL_OVERLOADED'],
  ])('%s fails with a code', async (_, text, code) => {
    const { events } = await pull(text);
    await expect(events).rejects.toMatchObject({ code });
  });

  it('without a name says what is missing', async () => {
    const { events } = await pull('', ' ');
    await expect(events).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter: 'name' },
    });
  });
});
