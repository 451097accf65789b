import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { chunk, end, openModel, startServer, stream } from './server.js';

const answer = (response: Parameters<typeof stream>[0]) => stream(response, chunk({ content: 'ok' }), end());
const parameters = { type: 'object', properties: { path: { type: 'string' } } };

const cases: readonly (readonly [string, Partial<ModelRequest>, object])[] = [
  ['a plain prompt', {}, { model: 'm', messages: [{ role: 'user', content: 'hello' }], stream: true }],
  [
    'a system message, its parts one below the other',
    {
      messages: [
        {
          role: 'system',
          parts: [
            { type: 'text', text: 'one' },
            { type: 'text', text: 'two' },
          ],
        },
      ],
    },
    { messages: [{ role: 'system', content: 'one\n\ntwo' }] },
  ],
  [
    'an image as a data address',
    {
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'what is it?' },
            { type: 'image', mediaType: 'image/png', data: 'AAAA' },
          ],
        },
      ],
    },
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
      ],
    },
  ],
  [
    'calls with their results, and arguments that were no JSON as they were',
    {
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'hm' },
            { type: 'tool_call', id: 'a', name: 'fs_read', input: { path: 'x' } },
            { type: 'tool_call', id: 'b', name: 'fs_read', input: '{"path":' },
          ],
        },
        {
          role: 'tool',
          parts: [
            { type: 'tool_result', id: 'a', output: [{ type: 'text', text: 'content' }] },
            { type: 'tool_result', id: 'b', output: [], error: { code: 'X', message: 'refused' } },
          ],
        },
      ],
    },
    {
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'fs_read', arguments: '{"path":"x"}' } },
            { id: 'b', type: 'function', function: { name: 'fs_read', arguments: '{"path":' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'content' },
        { role: 'tool', tool_call_id: 'b', content: 'refused' },
      ],
    },
  ],
  [
    'tools, with the choice and whether calls may be parallel',
    {
      tools: [{ name: 'fs_read', description: 'Reads', input: parameters }],
      toolChoice: { name: 'fs_read' },
      parallelToolCalls: false,
    },
    {
      tools: [{ type: 'function', function: { name: 'fs_read', description: 'Reads', parameters } }],
      tool_choice: { type: 'function', function: { name: 'fs_read' } },
      parallel_tool_calls: false,
    },
  ],
  [
    'every setting under the name the vendor has for it',
    {
      maxTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      reasoning: { effort: 'low' },
      output: { schema: parameters, strict: true },
      vendor: { service_tier: 'flex' },
    },
    {
      max_completion_tokens: 10,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: parameters, strict: true } },
      service_tier: 'flex',
    },
  ],
];

describe('a request', () => {
  it.each(cases)('carries %s', async (_, request, expected) => {
    const server = await startServer(answer);
    const { ask } = await openModel(server.url);
    await ask(request);
    expect(server.received[0]?.path).toBe('/v1/chat/completions');
    expect(server.received[0]?.body).toMatchObject(expected);
  });

  it('names the parameter this protocol does not have, and is not sent', async () => {
    const server = await startServer(answer);
    const { ask } = await openModel(server.url);
    await expect(ask({ topK: 4 })).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter: 'topK' },
    });
    expect(server.received).toEqual([]);
  });

  it('has no key at a server that needs none, and the configured one where there is one', async () => {
    const server = await startServer(answer);
    await (await openModel(server.url)).ask();
    const kernel = await openModel(server.url, { apiKey: { $env: 'MY_KEY' } } as never);
    await kernel.ask();
    expect(server.received.map(({ authorization }) => authorization)).toEqual(['Bearer none', 'Bearer sk-very-secret']);
  });

  it('without a key at the vendor is refused before anything is sent', async () => {
    const { createTestKernel, collect } = await import('@rustic-ai/kernel/testing');
    const { default: openai } = await import('@rustic-ai/plugin-provider-openai');
    const { hello } = await import('./server.js');
    const kernel = await createTestKernel({
      plugins: [[openai, { models: ['m'], apiKey: { $env: 'RUSTIC_TEST_NO_SUCH_KEY' } }]],
    });
    await expect(collect(kernel.use('model').get('openai/m').invoke(hello))).rejects.toMatchObject({
      code: 'RUSTIC_SECRET_MISSING',
    });
    await kernel.dispose();
  });
});

describe('the options', () => {
  it.each(['not a url', 'ftp://x', ''])('refuse %j as an address', async (baseUrl) => {
    await expect(openModel(baseUrl)).rejects.toMatchObject({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'provider-openai', path: '/baseUrl' },
    });
  });
});
