import { type Json, textOf } from '@rustic-ai/kernel/contracts';
import http from '@rustic-ai/plugin-tool-http';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';
import { openTools } from './helper.js';
import { bodyOf, serve } from './server.js';

/** Says what it was sent. */
const echo = () =>
  serve(async (request, response) => {
    const body = (await bodyOf(request)).toString('latin1');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
  });
const sent = (data: unknown) =>
  (data as { json: { method: string; headers: Record<string, string>; body: string } }).json;

describe('http_request', () => {
  it('gives status, headers and text', async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=latin1', 'x-two': ['a', 'b'] });
      response.end(Buffer.from('gr\xfcn', 'latin1'));
    });
    const { run } = await openTools({ allow: [origin] });
    const { parts, data, error } = await run('http_request', { url: `${origin}/a?b=c#d` });
    expect(error).toBeUndefined();
    const text: unknown = expect.stringMatching(/^404 http:\S+\/a\?b=c\n[^]*x-two: a, b\n[^]*\n\ngrün$/);
    expect(parts).toEqual([{ type: 'text', text }]);
    expect(data).toMatchObject({ url: `${origin}/a?b=c`, status: 404, bytes: 4, cut: false });
  });

  it('sends each kind of body with its type', async () => {
    const { origin } = await echo();
    const { run, put } = await openTools({ allow: [origin] });
    await put('up.bin', Buffer.from([0, 255, 13, 10]));
    const post = async (body: object) =>
      sent((await run('http_request', { url: origin, method: 'POST', ...body })).data);
    expect(await post({ json: { a: [1, null] } })).toMatchObject({
      headers: { 'content-type': 'application/json', 'content-length': '14' },
      body: '{"a":[1,null]}',
    });
    expect(await post({ form: { 'a b': 'c&d', e: 'ü' } })).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a+b=c%26d&e=%C3%BC',
    });
    expect(await post({ text: '<x/>', headers: { 'Content-Type': 'text/xml' } })).toMatchObject({
      headers: { 'content-type': 'text/xml' },
      body: '<x/>',
    });
    expect(await post({ file: 'up.bin' })).toMatchObject({
      headers: { 'content-type': 'application/octet-stream' },
      body: '\u0000\u00ff\r\n',
    });
  });

  it('uploads files of the workspace as a form does', async () => {
    const { origin } = await echo();
    const { run, put, kernel } = await openTools({ allow: [origin] });
    await put('a"b.txt', 'content');
    const multipart = [
      { name: 'na"me\r\nX-Evil: 1', value: 'text' },
      { name: 'file', file: 'a"b.txt', type: 'text/plain' },
    ];
    const { headers, body } = sent((await run('http_request', { url: origin, method: 'PUT', multipart })).data);
    const [, boundary = '-'] =
      /^multipart\/form-data; boundary=(rustic-[\w-]+)$/.exec(headers['content-type'] ?? '') ?? [];
    expect(body.replaceAll(boundary, 'B').split('\r\n')).toEqual([
      '--B',
      'Content-Disposition: form-data; name="na%22me%0D%0AX-Evil: 1"',
      '',
      'text',
      '--B',
      'Content-Disposition: form-data; name="file"; filename="a%22b.txt"',
      'Content-Type: text/plain',
      '',
      'content',
      '--B--',
      '',
    ]);
    const row = (await kernel.audit()).findLast(({ name }) => name === 'http_request');
    expect(row?.accesses.map(({ action }) => action)).toEqual(['tool', 'net', 'fs.read']);
  });

  it('never sends a file from outside of the workspace', async () => {
    const { origin, asked } = await echo();
    const { run } = await openTools({ allow: [origin] });
    const input = { url: origin, method: 'POST', file: '../../../etc/passwd' };
    await expect(run('http_request', input)).rejects.toMatchObject({ code: /RUSTIC_(FS_OUTSIDE|PERMISSION_CEILING)/ });
    expect(asked).toEqual([]);
  });

  it.each([
    [{ json: 1, text: 'x', method: 'POST' }, 'json and text are given together'],
    [{ text: 'x' }, 'GET takes none'],
    [{ method: 'POST', multipart: [{ name: 'a' }] }, 'the part "a" has not one of value and file'],
    [{ method: 'POST', multipart: [{ name: 'a', value: '', type: 'a/b\r\nc: d' }] }, 'is no media type'],
  ])('refuses %j as a body', async (body, reason) => {
    const { origin, asked } = await echo();
    const { run } = await openTools({ allow: [origin] });
    await expect(run('http_request', { url: origin, ...body })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_BODY',
      message: expect.stringContaining(reason),
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [{ 'x-a': 'b\r\nx-evil: 1' }, 'line breaks'],
    [{ 'x-a\r\nx-evil': '1' }, 'no name of a header'],
    [{ 'x-a': 'b\0' }, 'line breaks'],
    [{ Host: 'internal' }, 'set by the client itself'],
    [{ 'Transfer-Encoding': 'chunked' }, 'set by the client itself'],
    [{ 'Proxy-Authorization': 'x' }, 'set by the client itself'],
    [{ a: '1', A: '2' }, 'given twice'],
    [{ a: 'x'.repeat(20_000) }, 'more than 16384 characters'],
  ])('refuses the headers %j before anything is asked or sent', async (headers, reason) => {
    const { origin, asked } = await echo();
    const { run, kernel } = await openTools({ allow: [origin] });
    await expect(run('http_request', { url: origin, headers })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_HEADER',
      message: expect.stringContaining(reason),
    });
    expect([asked, kernel.asks]).toEqual([[], []]);
  });

  it('says what binary content is, and gives it as base64 when told to', async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.from([1, 2, 3])),
    );
    const { say } = await openTools({ allow: [origin] });
    expect(await say('http_request', { url: origin })).toMatch(
      /\n\n\[binary: application\/octet-stream, 3 bytes, sha256 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81\]$/,
    );
    expect(await say('http_request', { url: origin, as: 'base64' })).toMatch(/\n\nAQID$/);
  });

  it('keeps a text whole where somebody keeps what the model is not given, for its own session', async () => {
    const long = `${'é'.repeat(300)} and ${'y'.repeat(100_000)}`;
    const { origin } = await serve((request, response) => {
      response.setHeader('content-type', request.url === '/binary' ? 'image/png' : 'text/plain; charset=utf-8');
      response.end(request.url === '/binary' ? Buffer.alloc(1_000, 0xff) : long);
    });
    const { kernel } = await openTools({}, { plugins: [workspace, [http, { allow: [origin], maxBytes: 256 }], shell] });
    const use = (name: string, input: Json, session: string) =>
      kernel.use('tool').get(name).invoke(input, kernel.call(), { session, turn: 1 });
    const { parts, full, data } = await use('http_request', { url: origin, method: 'POST', text: 'x' }, 's');
    const bytes = Buffer.byteLength(long);
    expect(full).toEqual({ ref: expect.stringMatching(/^[0-9a-f]{8}$/), bytes });
    expect(data).toMatchObject({ bytes: 256, cut: true });
    const ref = full?.ref ?? '';
    expect(textOf(parts)).toContain(
      `é\n[cut: the first 256 bytes; ${bytes} bytes of it are kept: shell_output with ref "${ref}"]`,
    );
    const rest = await use('shell_output', { ref, offset: 256, length: 400 }, 's');
    expect(textOf(rest.parts)).toContain(Buffer.from(long).subarray(256, 656).toString());
    await expect(use('shell_output', { ref }, 'other')).rejects.toMatchObject({ code: 'RUSTIC_OUTPUT_UNKNOWN' });
    const binary = await use('http_request', { url: `${origin}/binary` }, 's');
    expect(binary.full).toBeUndefined();
    expect(textOf(binary.parts)).toMatch(/http_download keeps all of it\]$/);
  });

  it('gives the beginning of a long answer, and says so', async () => {
    const { origin } = await serve((_, response) => response.end('x'.repeat(5_000)));
    const { say } = await openTools({ allow: [origin], maxBytes: 256 });
    expect(await say('http_request', { url: origin })).toMatch(
      /\n\nx{256}\n\[cut: the first 256 bytes; http_download keeps all of it\]$/,
    );
  });

  it('asks with all that would be sent, its whole address first', async () => {
    const { origin } = await echo();
    const { run, kernel } = await openTools({ allow: [origin] });
    const url = `${origin}/p?q=secret`;
    await run('http_request', { url, method: 'DELETE', headers: { 'x-a': 'b' }, json: { c: 1 } });
    expect(kernel.asks).toMatchObject([
      {
        detail: { type: 'url', text: `DELETE ${url}\nx-a: b\n\n{\n  "c": 1\n}` },
        wouldStore: { action: 'net', match: origin },
      },
    ]);
  });

  it('sends nothing when the answer is no', async () => {
    const { origin, asked } = await echo();
    const { run } = await openTools({ allow: [origin] }, { answers: [{ outcome: 'deny' }] });
    await expect(run('http_request', { url: origin })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(asked).toEqual([]);
  });

  it('asks nobody where a rule of the composition decides on the host', async () => {
    const allowed = await echo();
    const denied = await echo();
    const rules = [
      { effect: 'allow', action: 'net', match: 'http://127.0.0.1' },
      { effect: 'deny', action: 'net', match: denied.origin, reason: 'Not this one.' },
    ] as const;
    const { run, kernel } = await openTools(
      { allow: [allowed.origin, denied.origin] },
      { rules, answers: [{ outcome: 'deny' }] },
    );
    expect((await run('http_request', { url: allowed.origin })).data).toMatchObject({ status: 200 });
    await expect(run('http_request', { url: denied.origin })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      message: expect.stringContaining('Not this one.') as unknown,
    });
    expect([kernel.asks, denied.asked]).toEqual([[], []]);
  });

  it('keeps no cookies and uses no proxy of the environment', async () => {
    const { origin } = await serve((request, response) => {
      response.setHeader('set-cookie', 'id=1; Path=/');
      response.end(request.headers.cookie ?? 'none');
    });
    const proxy = await serve((_, response) => response.end('proxied'));
    const { say } = await openTools({ allow: [origin] });
    const before = { ...process.env };
    try {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
        process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.origin;
      for (let time = 0; time < 2; time++) expect(await say('http_request', { url: origin })).toMatch(/\n\nnone$/);
    } finally {
      process.env = before;
    }
    expect(proxy.asked).toEqual([]);
  });
});
