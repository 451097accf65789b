import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { asked, hello } from './model.js';
import { end, start } from './wire.js';

const schema = { type: 'object', properties: { path: { type: 'string' } } };
const said = (text: string) => ({ role: 'user', parts: [{ type: 'text', text }] }) as const;
const cases: readonly (readonly [string, Partial<ModelRequest>, object, string?])[] = [
  [
    'system messages on their own, and what is stable marked',
    {
      messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, said('one'), said('two')],
      cacheHint: { stablePrefixMessages: 2 },
    },
    {
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'one', cache_control: { type: 'ephemeral' } },
            { type: 'text', text: 'two' },
          ],
        },
      ],
    },
  ],
  [
    'images, of the person and of tools',
    {
      messages: [
        { role: 'user', parts: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'see', input: {} }] },
        {
          role: 'tool',
          parts: [
            { type: 'tool_result', id: 'a', output: [{ type: 'image', mediaType: 'image/jpeg', data: 'BBBB' }] },
            { type: 'tool_result', id: 'b', output: [], error: { code: 'X', message: 'refused' } },
          ],
        },
      ],
    },
    {
      messages: [
        { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }] },
        { role: 'assistant' },
        {
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'a',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'BBBB' } }],
            },
            { type: 'tool_result', tool_use_id: 'b', content: 'refused', is_error: true },
          ],
        },
      ],
    },
  ],
  [
    'tools, the choice and whether calls may be parallel',
    {
      tools: [{ name: 'fs_read', description: 'Reads', input: schema }],
      toolChoice: 'required',
      parallelToolCalls: false,
    },
    {
      tools: [{ name: 'fs_read', description: 'Reads', input_schema: schema }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    },
  ],
  [
    'every setting under the name the vendor has for it',
    {
      maxTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      output: { schema },
      vendor: { service_tier: 'auto' },
    },
    {
      max_tokens: 10,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['END'],
      output_config: { format: { type: 'json_schema', schema } },
      service_tier: 'auto',
    },
    'claude-sonnet-4-5',
  ],
  [
    'reasoning as a budget, above what may be answered',
    { reasoning: { effort: 'low' } },
    { thinking: { type: 'enabled', budget_tokens: 2_048 }, max_tokens: 18_048 },
    'claude-sonnet-4-5',
  ],
  [
    'reasoning as an effort where the model decides itself',
    { reasoning: { effort: 'low' } },
    { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    'claude-opus-4-8',
  ],
];

describe('a request', () => {
  for (const [says, request, expected, name = 'm'] of cases)
    it(`carries ${says}`, async () => {
      const { body, path } = await asked(start + end('end_turn'), request, name);
      expect(path).toBe('/v1/messages');
      expect(body).toMatchObject(expected);
    });

  it('leaves out reasoning of other vendors', async () => {
    const parts = [
      { type: 'reasoning', text: 'hm', vendor: { google: { thoughtSignature: 'x' } } },
      { type: 'text', text: 'yes' },
    ] as const;
    const { body } = await asked(start + end('end_turn'), {
      messages: [...hello.messages, { role: 'assistant', parts }],
    });
    expect(body['messages']).toMatchObject([{}, { role: 'assistant', content: [{ type: 'text', text: 'yes' }] }]);
  });

  it.each([
    ['claude-opus-4-8', { temperature: 0.5 }, 'temperature'],
    ['claude-sonnet-4-5', { seed: 7 }, 'seed'],
    ['claude-3-haiku-20240307', { reasoning: { effort: 'low' } }, 'reasoning'],
  ] as const)('that %s can not take is refused before it is sent', async (name, request, parameter) => {
    await expect(asked('', request, name)).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter },
    });
  });
});
