import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chunk, openModel, startServer, stream, textOf } from './server.js';

const key = 'sk-very-secret';
const failing = (status: number, body: object, headers: Record<string, string> = {}) =>
  startServer((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
const error = (message: string, more: object = {}) => ({ error: { message, type: 'x', ...more } });

const table: readonly (readonly [string, number, object, string, object])[] = [
  ['a wrong key', 401, error(`Incorrect API key provided: ${key}`), 'RUSTIC_MODEL_AUTH', {}],
  ['a forbidden model', 403, error('no access'), 'RUSTIC_MODEL_PERMISSION', {}],
  ['an unknown model', 404, error('no such model'), 'RUSTIC_MODEL_NOT_FOUND', {}],
  ['too many requests', 429, error('slow down'), 'RUSTIC_MODEL_RATE_LIMITED', {}],
  ['a failing server', 500, error('oops'), 'RUSTIC_MODEL_OVERLOADED', { status: 500 }],
  ['a busy server', 503, error('busy'), 'RUSTIC_MODEL_OVERLOADED', { status: 503 }],
  [
    'a conversation that is too long',
    400,
    error('maximum context length', { code: 'context_length_exceeded' }),
    'RUSTIC_MODEL_CONTEXT_TOO_LONG',
    {},
  ],
  ['a filtered prompt', 400, error('filtered', { code: 'content_filter' }), 'RUSTIC_MODEL_CONTENT_FILTERED', {}],
  [
    'a parameter the model does not take',
    400,
    error('Unsupported value', { param: 'temperature' }),
    'RUSTIC_MODEL_INVALID_REQUEST',
    { parameter: 'temperature' },
  ],
];

describe('a failure', () => {
  it.each(table)('of %s is coded, and is tried once only', async (_, status, body, code, details) => {
    const server = await failing(status, body);
    const { ask } = await openModel(server.url);
    await expect(ask()).rejects.toMatchObject({ code, details });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['1', 1_000],
    ['3600', 3_600_000],
    ['soon', undefined],
  ])('says how long to wait: %s', async (header, retryAfterMs) => {
    const server = await failing(429, error('slow down'), { 'retry-after': header });
    const thrown = await (await openModel(server.url)).ask().catch((caught: unknown) => caught);
    expect((thrown as { details: { retryAfterMs?: number } }).details.retryAfterMs).toBe(retryAfterMs);
  });

  it('takes a date as well', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const server = await failing(503, error('later'), { 'retry-after': at });
    const thrown = await (await openModel(server.url)).ask().catch((caught: unknown) => caught);
    const { retryAfterMs } = (thrown as { details: { retryAfterMs: number } }).details;
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('never holds the key, in no text, detail or cause', async () => {
    for (const status of [400, 401, 403, 429, 500]) {
      const server = await failing(status, error(`the key ${key} is not right`));
      const { ask, kernel } = await openModel(server.url, { apiKey: { $env: 'MY_KEY' } } as never);
      const thrown = await ask().catch((caught: unknown) => caught);
      expect(inspect(thrown, { depth: 10, showHidden: true })).not.toContain(key);
      expect(JSON.stringify(kernel.logs)).not.toContain(key);
    }
  });

  it('of a server that is down names the host', async () => {
    const server = await startServer(() => {});
    server.close();
    await expect((await openModel(server.url)).ask()).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_NETWORK',
      details: { host: server.host, reason: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('of a server that says nothing comes at the time limit', async () => {
    const server = await startServer(() => {});
    await expect((await openModel(server.url, { timeoutMs: 1_000 })).ask()).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_TIMEOUT',
      details: { host: server.host, limitMs: 1_000 },
    });
  });

  it('of a web page says so', async () => {
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>');
    });
    const { ask } = await openModel(server.url);
    const invalid = { code: 'RUSTIC_MODEL_STREAM_INVALID', details: { reason: expect.stringContaining('web page') } };
    await expect(ask()).rejects.toMatchObject(invalid);
    await expect(ask({ stream: false })).rejects.toMatchObject(invalid);
  });

  it('of what is no JSON says so, or that the answer is not whole', async () => {
    const server = await startServer((response) => stream(response, 'data: {"id": brok\n\n'));
    await expect((await openModel(server.url)).ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_STREAM_INVALID' });
    const late = await startServer((response) => stream(response, chunk({ content: 'half' }), 'data: {"id": brok\n\n'));
    const events = await (await openModel(late.url)).ask();
    expect(textOf(events)).toBe('half');
    expect(events.at(-1)).toMatchObject({ reason: 'error', error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE' } });
  });

  it('of a redirect follows it nowhere: neither key nor prompt go there', async () => {
    const other = await startServer(() => {});
    const server = await startServer((response) => {
      response.writeHead(307, { location: `${other.url}/chat/completions` });
      response.end();
    });
    const { ask } = await openModel(server.url, { apiKey: { $env: 'MY_KEY' } } as never);
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_STREAM_INVALID' });
    expect(other.received).toEqual([]);
  });
});
