import { partsOf } from '@rustic-ai/kernel/contracts';
import { collect, startFaultServer } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asked, hello, open, sse } from './model.js';
import { piece } from './wire.js';

const call = (id: string | undefined, path: string, signature?: string) => ({
  functionCall: { ...(id && { id }), name: 'fs_read', args: { path } },
  ...(signature && { thoughtSignature: signature }),
});

describe('an answer', () => {
  it('is thoughts, text with its signature, parallel calls with theirs, and usage', async () => {
    const { events } = await asked(
      piece([{ text: 'Let me see.', thought: true }]) +
        piece([{ text: 'I read.' }]) +
        piece([{ text: '', thoughtSignature: 'dGV4dA==' }]) +
        piece([call('fc1', 'a', 'c2ln'), call('fc2', 'b')], 'STOP'),
    );
    expect(events).toEqual([
      { type: 'start', model: 'm-1', id: 'r1' },
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'I read.' },
      { type: 'reasoning', text: '', vendor: { google: { thoughtSignature: 'dGV4dA==' } } },
      {
        type: 'tool_call',
        id: 'fc1',
        name: 'fs_read',
        input: { path: 'a' },
        vendor: { google: { thoughtSignature: 'c2ln' } },
      },
      { type: 'tool_call', id: 'fc2', name: 'fs_read', input: { path: 'b' } },
      { type: 'finish', reason: 'tool_calls', usage: { inputTokens: 4, outputTokens: 7, reasoningTokens: 5 } },
    ]);
  });

  it('goes back with its signatures unchanged, each on the part it came on, in their order', async () => {
    const signed = { text: 'Weighed.', thought: true, thoughtSignature: 'dGhvdWdodA==' };
    const { events } = await asked(
      piece([signed]) +
        piece([{ text: 'I read.' }]) +
        piece([{ text: '', thoughtSignature: 'dGV4dA==' }]) +
        piece([call('fc1', 'a', 'c2ln'), call('fc2', 'b')], 'STOP'),
    );
    const { body } = await asked(piece([{ text: 'ok' }], 'STOP'), {
      messages: [...hello.messages, { role: 'assistant', parts: partsOf(events) }],
    });
    expect((body['contents'] as readonly object[])[1]).toEqual({
      role: 'model',
      parts: [
        signed,
        { text: 'I read.' },
        { text: '', thoughtSignature: 'dGV4dA==' },
        call('fc1', 'a', 'c2ln'),
        call('fc2', 'b'),
      ],
    });
  });

  it('gives calls without ids ids of their own, and takes them away on the way back', async () => {
    const { events } = await asked(piece([call(undefined, 'a', 'c2ln'), call(undefined, 'b')], 'STOP'));
    const parts = partsOf(events);
    const ids = parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
    expect(new Set(ids).size).toBe(2);
    const results = ids.map((id) => ({ type: 'tool_result', id, output: [{ type: 'text', text: 'X' }] }) as const);
    const { body } = await asked(piece([{ text: 'ok' }], 'STOP'), {
      messages: [...hello.messages, { role: 'assistant', parts }, { role: 'tool', parts: results }],
    });
    const response = { functionResponse: { name: 'fs_read', response: { output: 'X' } } };
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'hello' }] },
      { role: 'model', parts: [call(undefined, 'a', 'c2ln'), call(undefined, 'b')] },
      { role: 'user', parts: [response, response] },
    ]);
  });

  it.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
  ])('that ends with %s ends with %s', async (said, reason) => {
    const { events } = await asked(piece([{ text: 'half' }], said));
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason });
  });

  it('to a prompt that is blocked is refused as filtered', async () => {
    const blocked = sse({ modelVersion: 'm-1', promptFeedback: { blockReason: 'SAFETY' } });
    await expect(asked(blocked)).rejects.toMatchObject({ code: 'RUSTIC_MODEL_CONTENT_FILTERED' });
  });

  it('with a call the model got wrong is no answer', async () => {
    await expect(asked(piece([], 'MALFORMED_FUNCTION_CALL'))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_STREAM_INVALID',
    });
  });
});

describe('a failure', () => {
  const refused = async (code: number, details: readonly object[], message = 'no') => {
    const server = await startFaultServer((response) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code, message, status: 'X', details } }));
    });
    onTestFinished(() => server.close());
    const { handle, close } = await open(server.url);
    onTestFinished(close);
    return collect(handle.invoke(hello)).catch((error: unknown) => error);
  };

  it('says how long to wait, from the body', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }];
    expect(await refused(429, details)).toMatchObject({
      code: 'RUSTIC_MODEL_RATE_LIMITED',
      details: { retryAfterMs: 34_500 },
    });
  });
  it('of the key is one, although the vendor calls it an argument', async () => {
    expect(await refused(400, [{ reason: 'API_KEY_INVALID' }])).toMatchObject({ code: 'RUSTIC_MODEL_AUTH' });
  });
});

describe('the vendor is asked', () => {
  it('how many tokens a request has; tools are not counted, which is said', async () => {
    const server = await startFaultServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"totalTokens":12}');
    });
    onTestFinished(() => server.close());
    const { handle, close } = await open(server.url);
    onTestFinished(close);
    const count = async (more: object) =>
      (await collect(handle.invoke({ ...hello, ...more, countTokens: true }))).at(-1);
    expect(await count({})).toMatchObject({ usage: { inputTokens: 12, outputTokens: 0 } });
    const tools = [{ name: 'x', description: 'x', input: {} }];
    expect(await count({ tools })).toMatchObject({ usage: { inputTokens: 12, estimated: true } });
    expect(server.asked[0]?.path).toContain('/v1beta/models/m:countTokens');
  });
});
