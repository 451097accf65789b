import { getEventListeners, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createModelFetch } from '@rustic-ai/kernel/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch, close } = await createModelFetch({ baseUrl: `${origin}/v1`, headers: { authorization: 'Bearer k' } });
  onTestFinished(() => {
    close();
    server.closeAllConnections();
    server.close();
  });
  return { server, origin, fetch, close };
}
const code = (value: string) => expect.objectContaining({ code: value });
const refused = code('RUSTIC_MODEL_STREAM_INVALID');

describe('the fetch of a provider', () => {
  it('sends the body, its own headers and those that pass, and nothing else', async () => {
    const seen = Promise.withResolvers<IncomingMessage & { body?: string }>();
    const { origin, fetch } = await serve((request, response) => {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        seen.resolve(Object.assign(request, { body }));
        response.setHeader('x-request-id', 'r1').end('{"ok":true}');
      });
    });
    const headers = { accept: 'application/json', authorization: 'Bearer other', 'x-machine': 'linux' };
    const response = await fetch(`${origin}/v1/chat?version=1`, { method: 'POST', body: '{"ä":1}', headers });
    expect(await response.json()).toEqual({ ok: true });
    expect(response.headers.get('x-request-id')).toBe('r1');
    const { method, url, body, headers: received } = await seen.promise;
    expect({ method, url, body }).toEqual({ method: 'POST', url: '/v1/chat?version=1', body: '{"ä":1}' });
    expect(Object.keys(received).toSorted()).toEqual([
      'accept',
      'authorization',
      'connection',
      'content-length',
      'host',
    ]);
    expect(received.authorization).toBe('Bearer k');
    expect(received.host).toBe(new URL(origin).host);
  });

  it.each(['http://127.0.0.1:1/v1', 'https://api.openai.com/v1', '/v1/chat', 'http://user@{host}.example/'])(
    'refuses %s, which was never granted',
    async (target) => {
      const asked: unknown[] = [];
      const { origin, fetch } = await serve((request, response) => void response.end(String(asked.push(request.url))));
      const to = target.replace('{host}', new URL(origin).host);
      await expect(fetch(to)).rejects.toEqual(refused);
      expect(asked).toEqual([]);
    },
  );

  it.each([301, 302, 307, 308])('does not follow a redirect with status %i', async (status) => {
    const asked: (string | undefined)[] = [];
    const { origin, fetch } = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await expect(fetch(`${origin}/v1`)).rejects.toEqual(refused);
    expect(asked).toEqual(['/v1']);
  });

  it('refuses a web page that says it is fine, and hands on one that says what is wrong', async () => {
    const { origin, fetch } = await serve((request, response) =>
      response.writeHead(request.url === '/bad' ? 502 : 200, { 'content-type': 'text/html' }).end('<p>'),
    );
    await expect(fetch(`${origin}/`)).rejects.toEqual(refused);
    expect((await fetch(`${origin}/bad`)).status).toBe(502);
  });

  it('closes the socket when it is aborted, before the answer and in the middle of it', async () => {
    const { server, origin, fetch } = await serve((request, response) => {
      if (request.url === '/middle') response.write('a');
    });
    for (const path of ['/before', '/middle']) {
      const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
      const controller = new AbortController();
      const asked = once(server, 'request');
      const answer = fetch(origin + path, { signal: controller.signal }).then((response) => response.text());
      await asked;
      controller.abort();
      await expect(answer).rejects.toThrow(/abort/);
      await closed;
    }
  });

  it('leaves no listener on the signal of a request that is over, and sends none for one that was aborted', async () => {
    const asked: unknown[] = [];
    const { origin, fetch } = await serve((request, response) => void response.end(String(asked.push(request.url))));
    const { signal } = new AbortController();
    for (let count = 0; count < 3; count++) await (await fetch(origin, { signal })).text();
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toEqual([]));
    await expect(fetch(origin, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(asked).toHaveLength(3);
  });

  it('fails where the answer is cut', async () => {
    const { origin, fetch } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
    });
    const response = await fetch(origin);
    await expect(response.text()).rejects.toEqual(code('ECONNRESET'));
  });

  it('reads no faster than its reader', async () => {
    let sent = 0;
    const { origin, fetch } = await serve((_, response) => {
      const piece = Buffer.alloc(1 << 16);
      const write = () => {
        while (sent < 1 << 28 && !response.destroyed) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', write);
        }
      };
      write();
    });
    const reader = (await fetch(origin)).body?.getReader();
    await reader?.read();
    let before = -1;
    while (sent !== before) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(1 << 26);
    await reader?.cancel();
  });

  it('can be left at any moment, also when the rest has arrived already', async () => {
    const pieces = Array.from({ length: 50 }, (_, index) => `${index}\n`);
    const { origin, fetch } = await serve(async (_, response) => {
      for (const piece of pieces) {
        response.write(piece);
        if (piece.length > 2) await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const leaving = Array.from({ length: 200 }, async (_, index) => {
      const reader = (await fetch(origin)).body?.getReader();
      for (let read = 0; read < index % 20; read++) await reader?.read();
      if (index % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      await reader?.cancel();
      return index;
    });
    expect(await Promise.all(leaving)).toHaveLength(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await (await fetch(origin)).text()).toBe(pieces.join(''));
  });

  it('keeps a connection for the next request until it is closed', async () => {
    const { server, origin, fetch, close } = await serve((_, response) => void response.end('x'));
    let connections = 0;
    server.on('connection', () => connections++);
    for (let asked = 0; asked < 3; asked++) await (await fetch(origin)).text();
    expect(connections).toBe(1);
    const [socket] = await Promise.all([
      new Promise((resolve) => server.once('connection', (one) => one.once('close', () => resolve(one)))),
      (async () => {
        close();
        await (await fetch(origin)).text();
        close();
      })(),
    ]);
    expect(socket).toBeDefined();
  });
});
