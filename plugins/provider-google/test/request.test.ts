import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { asked, hello } from './model.js';
import { piece } from './wire.js';

const schema = { type: 'object', properties: { path: { type: 'string' } } };
const cases: readonly (readonly [string, Partial<ModelRequest>, object, string?])[] = [
  [
    'the system messages on their own',
    { messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, ...hello.messages] },
    { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [{ role: 'user', parts: [{ text: 'hello' }] }] },
  ],
  [
    'images',
    { messages: [{ role: 'user', parts: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }] }] },
    { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }] },
  ],
  [
    'tools and the choice',
    { tools: [{ name: 'fs_read', description: 'Reads', input: schema }], toolChoice: { name: 'fs_read' } },
    {
      tools: [{ functionDeclarations: [{ name: 'fs_read', description: 'Reads', parametersJsonSchema: schema }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['fs_read'] } },
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
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      output: { schema },
      vendor: { cachedContent: 'cachedContents/1' },
    },
    {
      generationConfig: {
        maxOutputTokens: 10,
        temperature: 0.5,
        topP: 0.9,
        topK: 4,
        stopSequences: ['END'],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseMimeType: 'application/json',
        responseJsonSchema: schema,
      },
      cachedContent: 'cachedContents/1',
    },
  ],
  [
    'reasoning as a budget',
    { reasoning: { effort: 'low' } },
    { generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2_048 } } },
    'gemini-2.5-pro',
  ],
  [
    'reasoning as a level',
    { reasoning: { effort: 'low' } },
    { generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' } } },
    'gemini-3-pro-preview',
  ],
];

describe('a request', () => {
  for (const [says, request, expected, name = 'm'] of cases)
    it(`carries ${says}`, async () => {
      const { body, path } = await asked(piece([{ text: 'ok' }], 'STOP'), request, name);
      expect(path).toBe(`/v1beta/models/${name}:streamGenerateContent?alt=sse`);
      expect(body).toMatchObject(expected);
    });

  it('signs the first call that another model made, for models that demand it', async () => {
    const parts = ['a', 'b'].map((id) => ({ type: 'tool_call', id, name: 'fs_read', input: {} }) as const);
    const messages = [...hello.messages, { role: 'assistant', parts }] as const;
    const { body } = await asked(piece([{ text: 'ok' }], 'STOP'), { messages }, 'gemini-3-pro-preview');
    const [, answer] = body['contents'] as readonly { readonly parts: readonly object[] }[];
    expect(answer?.parts.map((part) => 'thoughtSignature' in part)).toEqual([true, false]);
  });

  it('that a model can not take is refused before it is sent', async () => {
    await expect(asked('', { parallelToolCalls: false })).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter: 'parallelToolCalls' },
    });
  });
});
