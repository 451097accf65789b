import { describe, expect, it } from 'vitest';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { openTools } from './helper.js';
import { serve, serveRaw } from './server.js';

const zeros = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024);
const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

describe('a body that is compressed', () => {
  it.each(Object.entries(packers))('with %s is given as it was', async (encoding, pack) => {
    const { origin } = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip, br, zstd');
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding }).end(pack('hello'));
    });
    const { say } = await openTools({ allow: [origin] });
    expect(await say('http_request', { url: origin })).toMatch(/\n\nhello$/);
  });

  it.each(Object.entries(packers))('with %s to a bomb is cut without being unpacked', async (encoding, pack) => {
    // 64 MB in some 64 KB, or in 2 KB.
    const bomb = pack(zeros(64));
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding }).end(bomb),
    );
    const { run } = await openTools({ allow: [origin] });
    await run('http_request', { url: origin });
    const before = process.memoryUsage();
    const { data } = await run('http_request', { url: origin });
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    expect(data).toMatchObject({ bytes: 65_536, cut: true });
    expect(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(16 * 1024 * 1024);
    await expect(run('web_fetch', { url: origin })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_TOO_LARGE' });
    const input = { url: origin, path: 'bomb', maxBytes: 1_000_000 };
    await expect(run('http_download', input)).rejects.toMatchObject({ code: 'RUSTIC_HTTP_TOO_LARGE' });
  });

  it.each(Object.keys(packers))('with %s is empty where there is none', async (encoding) => {
    const { origin } = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end());
    const { run } = await openTools({ allow: [origin] });
    for (const method of ['HEAD', 'GET'])
      expect((await run('http_request', { url: origin, method })).data).toMatchObject({ status: 200, bytes: 0 });
  });

  it('within itself, in an unknown way, or not as it says, is refused', async () => {
    const answers: Record<string, [string, Buffer]> = {
      '/nested': ['gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x')))],
      '/unknown': ['compress', Buffer.from('x')],
      '/toString': ['toString', Buffer.from('x')],
      '/lie': ['gzip', Buffer.from('no gzip')],
      '/cut': ['gzip', gzipSync(Buffer.from('x'.repeat(5_000))).subarray(0, 20)],
    };
    const { origin } = await serve((request, response) => {
      const [encoding = '', body] = answers[request.url ?? ''] ?? [];
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    const { run } = await openTools({ allow: [origin] });
    for (const path of Object.keys(answers))
      await expect(run('http_request', { url: origin + path }), path).rejects.toMatchObject({
        code: 'RUSTIC_HTTP_RESPONSE',
      });
  });
});

describe('a server', () => {
  it('that sends without end is left after what is wanted', async () => {
    const closed = Promise.withResolvers<void>();
    const { origin } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more).on('close', () => closed.resolve());
      more();
    });
    const { run } = await openTools({ allow: [origin], maxBytes: 1_000 });
    expect((await run('http_request', { url: origin })).data).toMatchObject({ bytes: 1_000, cut: true });
    await closed.promise;
  });

  it.each([
    ['never answers', () => {}],
    ['sends its headers byte by byte', drip('HTTP/1.1 200 OK\r\nx-slow: ')],
    ['sends its body byte by byte', drip('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')],
    ['sends chunks without end', drip('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n')],
  ] satisfies [string, (socket: import('node:net').Socket) => void][])(
    'that %s is left when the time is over',
    async (_, answer) => {
      const { origin } = await serveRaw(answer);
      const { run } = await openTools({ allow: [origin] });
      const started = performance.now();
      await expect(run('http_request', { url: origin, timeoutMs: 300 })).rejects.toMatchObject({
        code: 'RUSTIC_HTTP_TIMEOUT',
        details: { limitMs: 300 },
      });
      expect(performance.now() - started).toBeLessThan(3_000);
    },
  );

  it.each([
    ['huge headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['many headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`],
    ['something else', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 3\r\n\r\nhello'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    ['less than it says', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\nhello'],
    ['a wrong chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello'],
    ['nothing', ''],
  ])('that sends %s is refused', async (_, answer) => {
    const { origin } = await serveRaw((socket) => socket.end(answer));
    const { run } = await openTools({ allow: [origin] });
    await expect(run('http_request', { url: origin, timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_RESPONSE',
    });
  });

  it('is told nothing but what the call says', async () => {
    const seen: string[][] = [];
    const { origin } = await serve((request, response) => {
      seen.push(request.rawHeaders);
      response.end();
    });
    const { run } = await openTools({ allow: [origin] });
    await run('http_request', { url: origin, headers: { 'X-A': 'b' } });
    const host = origin.slice('http://'.length);
    expect(Object.fromEntries(pairs(seen[0] ?? []))).toEqual({
      host,
      connection: 'keep-alive',
      accept: '*/*',
      'user-agent': 'rustic-ai',
      'accept-encoding': 'gzip, br, zstd',
      'x-a': 'b',
    });
  });
});

describe('a call', () => {
  it('that is cancelled closes its connection', async () => {
    const closed = Promise.withResolvers<void>();
    const { origin } = await serve((request, response) => {
      request.socket.on('close', () => closed.resolve());
      response.writeHead(200).write('x');
    });
    const { run } = await openTools({ allow: [origin] });
    const controller = new AbortController();
    const running = run('http_request', { url: origin }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    await closed.promise;
  });
});

/** Begins, then sends a little every few milliseconds. */
function drip(start: string, piece = 'x') {
  return (socket: import('node:net').Socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 5);
    socket.on('close', () => clearInterval(timer));
  };
}
const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? '']] : []));
