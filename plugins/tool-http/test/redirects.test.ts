import type { Json } from '@rustic-ai/kernel/contracts';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serveNames } from './dns.js';
import { openTools } from './helper.js';
import { bodyOf, serve } from './server.js';

const to =
  (location: string, status = 302): RequestListener =>
  (_, response) =>
    response.writeHead(status, { location }).end();

describe('a redirect', () => {
  it('is followed within its origin, and gives the last address', async () => {
    const { origin, asked } = await serve((request, response) =>
      request.url === '/end' ? response.end('there') : to('/end')(request, response),
    );
    const { run } = await openTools({ allow: [origin] });
    expect((await run('http_request', { url: `${origin}/start` })).data).toMatchObject({ url: `${origin}/end` });
    expect(asked).toEqual(['GET /start', 'GET /end']);
  });

  it('is an answer like any other when it is not to be followed', async () => {
    const { origin } = await serve(to('/end'));
    const { run } = await openTools({ allow: [origin] });
    const { data } = await run('http_request', { url: origin, follow: false });
    expect(data).toMatchObject({ status: 302, headers: { location: '/end' } });
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'PUT', 'PUT', 'body'],
  ])('with %i turns %s into %s', async (status, method, then, sent) => {
    const bodies: string[] = [];
    const { origin, asked } = await serve(async (request, response) => {
      bodies.push((await bodyOf(request)).toString());
      if (request.url === '/end') response.end();
      else to('/end', status)(request, response);
    });
    const { run } = await openTools({ allow: [origin] });
    await run('http_request', { url: origin, method, text: 'body' });
    expect(asked).toEqual([`${method} /`, `${then} /end`]);
    expect(bodies).toEqual(['body', sent]);
  });

  it('in a circle, or one of many, ends with an error', async () => {
    const circle = await serve(to('/'));
    const many = await serve((request, response) => to(`${request.url}x`)(request, response));
    const { run } = await openTools({ allow: [circle.origin, many.origin] });
    for (const { origin, asked } of [circle, many]) {
      await expect(run('web_fetch', { url: origin })).rejects.toMatchObject({
        code: 'RUSTIC_HTTP_REDIRECT',
        message: expect.stringContaining('too many redirects') as unknown,
      });
      expect(asked).toHaveLength(11);
    }
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/',
    'http://0.0.0.0/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://168.63.129.16/',
    '//127.0.0.1/',
  ])('to %s is refused', async (location) => {
    const { origin } = await serve(to(location));
    const { run, kernel } = await openTools({ allow: [origin] });
    const inputs: Record<string, Json> = {
      http_request: { url: origin },
      web_fetch: { url: origin },
      http_download: { url: origin, path: 'x' },
    };
    for (const [tool, input] of Object.entries(inputs))
      await expect(run(tool, input)).rejects.toMatchObject({ code: 'RUSTIC_HTTP_ADDRESS' });
    expect(kernel.asks).toHaveLength(3);
  });

  it.each(['file:///etc/passwd', 'javascript:1', 'http://user:pass@a.example/', 'gopher://127.0.0.1/'])(
    'to %s is refused as well',
    async (location) => {
      const { origin } = await serve(to(location));
      const { run } = await openTools({ allow: [origin] });
      await expect(run('http_request', { url: origin })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_URL' });
    },
  );

  it('to a name of a private address is refused by the call it becomes', async () => {
    const inner = await serve((_, response) => response.end('inner'));
    const { server } = await serveNames({ 'inner.test': () => ({ a: ['127.0.0.1'] }) });
    const { origin } = await serve(to(`http://inner.test:${inner.port}/`));
    const { run } = await openTools({ allow: [origin], dnsServers: [server] });
    await expect(run('http_request', { url: origin })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_ADDRESS' });
    expect(inner.asked).toEqual([]);
  });

  it('never leads to what only the composition opened, and tells the address', async () => {
    const inner = await serve((_, response) => response.end('inner'));
    const { origin } = await serve(to(`${inner.origin}/admin?delete=all`));
    const { run } = await openTools({ allow: [origin, inner.origin] });
    await expect(run('http_request', { url: origin })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_REDIRECT',
      message: expect.stringContaining(`${inner.origin}/admin?delete=all`) as unknown,
    });
    expect(inner.asked).toEqual([]);
  });

  it('to another host is asked about with its whole address, without keys', async () => {
    const { server } = await serveNames({ 'other.test': () => ({ aaaa: ['3000::1'] }) });
    const { origin } = await serve(to('http://other.test/deep?x=1', 307));
    const { run, kernel } = await openTools(
      { allow: [origin], dnsServers: [server] },
      { answers: [{ outcome: 'once' }, { outcome: 'deny', message: 'Not there.' }] },
    );
    const headers = { authorization: 'Bearer k', cookie: 'a=b', 'x-api-key': 'k', 'accept-language': 'en' };
    await expect(run('http_request', { url: origin, method: 'POST', text: 'body', headers })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      message: expect.stringContaining('http://other.test/deep?x=1') as unknown,
    });
    expect(kernel.asks.map(({ detail }) => detail.text)).toEqual([
      expect.stringContaining('authorization: Bearer k'),
      'POST http://other.test/deep?x=1\naccept-language: en\n\nbody',
    ]);
  });

  it('to another host becomes a call of the same tool, made by its plugin', async () => {
    const names = await serveNames({ 'a.test': () => ({ aaaa: ['3000::1'] }) });
    const { origin } = await serve(to('http://a.test/'));
    const { run, kernel } = await openTools({ allow: [origin], dnsServers: [names.server] });
    await run('http_request', { url: origin, timeoutMs: 500 }).catch(() => {});
    const rows = (await kernel.audit()).filter(({ name }) => name === 'http_request');
    expect(rows.map(({ origin: { plugin, trigger } }) => [plugin, trigger])).toEqual([
      [expect.any(String), expect.any(String)],
      ['tool-http', 'tool'],
    ]);
  });
});
