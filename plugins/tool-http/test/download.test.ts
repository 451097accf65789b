import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, Progress } from '@rustic-ai/kernel';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import http from '@rustic-ai/plugin-tool-http';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';
import { eventually, openTools } from './helper.js';
import { serve } from './server.js';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

/** Closes the connection once the other side has kept what was sent, which is `bytes` of the file by then. */
const cutAfter = (response: ServerResponse, piece: Buffer, bytes = piece.length) =>
  void response.write(piece, async () => {
    await eventually(() => keptBytes() >= bytes);
    response.destroy();
  });
let folder = '';
const keptBytes = () =>
  Math.max(0, ...globSync('*/data', { cwd: folder }).map((name) => statSync(join(folder, name)).size));
const open = async (config: Json) => {
  const tools = await openTools(config);
  folder = join(tools.kernel.host.folders.state, 'downloads');
  return tools;
};

/** Answers ranges as RFC 9110 says. `at`: cuts the connection after so many bytes of an answer. */
const ranged = (cut: (nth: number) => { readonly at?: number; readonly etag?: string; readonly content?: Buffer }) => {
  let nth = 0;
  const ranges: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { at, etag = '"one"', content: body = content } = cut(nth++);
    ranges.push(request.headers.range);
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const start = from !== undefined && request.headers['if-range'] === etag ? Number(from) : 0;
    const rest = body.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      'content-length': rest.length,
      ...(start > 0 && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
    });
    if (at === undefined) response.end(rest);
    else cutAfter(response, rest.subarray(0, at), start + at);
  };
  return { answer, ranges };
};

describe('http_download', () => {
  it('is taken down with the other changes of its turn, and back', async () => {
    const { origin } = await serve((_, response) => response.end('new\n'));
    const { kernel, path, put, get } = await openTools(
      {},
      { plugins: [workspace, [http, { allow: [origin] }], filesystem] },
    );
    await put('f', 'old\n');
    const at = { session: 's', turn: 1 };
    const download = (to: string) =>
      kernel.use('tool').get('http_download').invoke({ url: origin, path: to, overwrite: true }, kernel.call(), at);
    await download('f');
    await download('made/g');
    expect(await get('f')).toBe('new\n');
    const changes = await kernel.service('file.changes');
    const [first, ...others] = await changes.list(at);
    expect(first).toMatchObject({ path: path('f'), type: 'changed' });
    expect(first?.diff).toContain('-old\n+new\n');
    expect(others.map((one) => `${one.path} ${one.type}`)).toEqual([`${path('made')} made`, `${path('made/g')} made`]);
    await changes.undo(at, { force: false });
    expect(await get('f')).toBe('old\n');
    expect(existsSync(path('made'))).toBe(false);
  });

  it('saves a file whole, and gives its digest', async () => {
    const { origin } = await serve((_, response) => response.end(content));
    const { run, path, kernel } = await open({ allow: [origin] });
    const result = await run('http_download', { url: `${origin}/f`, path: 'new/f.bin', sha256: sha256.toUpperCase() });
    expect(result.data).toEqual({ path: 'new/f.bin', bytes: content.length, sha256 });
    expect(await readFile(path('new/f.bin'))).toEqual(content);
    expect(kernel.asks[0]?.accesses.map(({ action }) => action)).toEqual(['tool', 'net', 'fs.write']);
    expect(kernel.asks[0]?.detail).toEqual({ type: 'url', text: `${origin}/f\n-> new/f.bin` });
  });

  it('goes on after a cut, within one call', async () => {
    const { answer, ranges } = ranged((nth) => (nth < 2 ? { at: 70_000 } : {}));
    const { origin } = await serve(answer);
    const { run } = await open({ allow: [origin] });
    expect((await run('http_download', { url: origin, path: 'f' })).data).toMatchObject({ sha256 });
    expect(ranges).toEqual([undefined, 'bytes=70000-', 'bytes=140000-']);
  });

  it('goes on in a later call where an earlier one was cut', async () => {
    const { answer, ranges } = ranged((nth) => (nth === 0 ? { at: 100_000 } : nth < 4 ? { at: 1 } : {}));
    const { origin } = await serve(answer);
    const { run, path } = await open({ allow: [origin] });
    const input = { url: origin, path: 'f' };
    await expect(run('http_download', input)).rejects.toMatchObject({ code: 'RUSTIC_HTTP_RESPONSE' });
    expect(existsSync(path('f'))).toBe(false);
    expect((await run('http_download', input)).data).toMatchObject({ sha256 });
    expect(ranges).toEqual([undefined, ...[100_000, 100_001, 100_002, 100_003].map((from) => `bytes=${from}-`)]);
  });

  it('begins anew when the content has changed meanwhile', async () => {
    const other = Buffer.from(content).reverse();
    const { answer } = ranged((nth) => (nth === 0 ? { at: 100_000 } : { etag: '"two"', content: other }));
    const { origin } = await serve(answer);
    const { run } = await open({ allow: [origin] });
    const digest = createHash('sha256').update(other).digest('hex');
    expect((await run('http_download', { url: origin, path: 'f' })).data).toMatchObject({ sha256: digest });
  });

  it.each([
    ['gives the rest of another content', { etag: '"two"', 'content-range': 'bytes 100000-199999/200000' }],
    ['gives another part', { etag: '"one"', 'content-range': 'bytes 5-100004/200000' }],
    ['does not say which part it gives', { etag: '"one"' }],
  ])('begins anew when a server %s', async (_, headers) => {
    let nth = 0;
    const { origin, asked } = await serve((_request, response) => {
      nth++;
      if (nth === 2) response.writeHead(206, headers).end(Buffer.alloc(100_000));
      else response.writeHead(200, { etag: '"one"', 'content-length': content.length });
      if (nth === 1) cutAfter(response, content.subarray(0, 100_000));
      if (nth === 3) response.end(content);
    });
    const { run } = await open({ allow: [origin] });
    expect((await run('http_download', { url: origin, path: 'f' })).data).toMatchObject({ sha256 });
    expect(asked).toHaveLength(3);
  });

  it('begins anew when a server has no such part', async () => {
    let nth = 0;
    const { origin } = await serve((_, response) => {
      nth++;
      if (nth === 2) return response.writeHead(416).end();
      response.writeHead(200, { etag: '"one"', 'content-length': content.length });
      if (nth === 1) return cutAfter(response, content.subarray(0, 100_000));
      return response.end(content);
    });
    const { run } = await open({ allow: [origin] });
    expect((await run('http_download', { url: origin, path: 'f' })).data).toMatchObject({ sha256 });
  });

  it.each([
    ['a weak ETag', { etag: 'W/"one"' }],
    ['no validator', {}],
    [
      'a date that may not be sure',
      { 'last-modified': 'Mon, 01 Jan 2024 00:00:30 GMT', date: 'Mon, 01 Jan 2024 00:01:00 GMT' },
    ],
  ])('does not go on by %s', async (_, headers) => {
    const { origin, asked } = await serve((_request, response) => {
      response.writeHead(200, { ...headers, 'content-length': content.length });
      cutAfter(response, content.subarray(0, 1_000));
    });
    const { run, kernel } = await open({ allow: [origin] });
    await expect(run('http_download', { url: origin, path: 'f' })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_RESPONSE',
    });
    expect(asked).toHaveLength(1);
    expect(await readdir(join(kernel.host.folders.state, 'downloads'))).toEqual([]);
  });

  it('writes nothing with a wrong digest', async () => {
    const { origin } = await serve((_, response) => response.end(content));
    const { run, path, kernel } = await open({ allow: [origin] });
    const input = { url: origin, path: 'f', sha256: '0'.repeat(64) };
    await expect(run('http_download', input)).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_DIGEST',
      details: { found: sha256 },
    });
    expect(existsSync(path('f'))).toBe(false);
    expect(await readdir(kernel.workspace)).toEqual(['.home']);
  });

  it.each([
    ['says', { 'content-length': '200000' }],
    ['does not say', {}],
  ])('writes nothing that is too large, where the server %s how large it is', async (_, headers) => {
    const { origin } = await serve((_request, response) => response.writeHead(200, headers).end(content));
    const { run, path } = await open({ allow: [origin], maxDownloadBytes: 100_000 });
    for (const more of [{}, { maxBytes: 1_000_000 }, { maxBytes: 10 }])
      await expect(run('http_download', { url: origin, path: 'f', ...more })).rejects.toMatchObject({
        code: 'RUSTIC_HTTP_TOO_LARGE',
        details: { maxBytes: Math.min(100_000, more.maxBytes ?? 100_000) },
      });
    expect(existsSync(path('f'))).toBe(false);
  });

  it('does not replace a file unless told', async () => {
    const { origin, asked } = await serve((_, response) => response.end(content));
    const { run, put, get } = await open({ allow: [origin] });
    await put('f', 'old');
    await expect(run('http_download', { url: origin, path: 'f' })).rejects.toMatchObject({ code: 'RUSTIC_FS_EXISTS' });
    expect([await get('f'), asked]).toEqual(['old', []]);
    await run('http_download', { url: origin, path: 'f', overwrite: true });
    expect(await get('f')).toBe(content.toString());
  });

  it('saves no error page', async () => {
    const { origin } = await serve((_, response) => response.writeHead(404).end('not here'));
    const { run, path } = await open({ allow: [origin] });
    await expect(run('http_download', { url: origin, path: 'f' })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_STATUS',
      details: { status: 404 },
    });
    expect(existsSync(path('f'))).toBe(false);
  });

  it.each(['../f', '/tmp/rustic-http-escape', 'link/f'])('never writes to %s', async (target) => {
    const { origin, asked } = await serve((_, response) => response.end(content));
    const { run, path } = await open({ allow: [origin] });
    const outside = await mkdtemp(join(tmpdir(), 'rustic-outside-'));
    symlinkSync(outside, path('link'));
    await expect(run('http_download', { url: origin, path: target })).rejects.toMatchObject({
      code: expect.stringMatching(/^RUSTIC_(?:FS_OUTSIDE|PERMISSION_CEILING)$/) as unknown,
    });
    expect([await readdir(outside), asked, existsSync('/tmp/rustic-http-escape')]).toEqual([[], [], false]);
    await rm(outside, { recursive: true });
  });

  it.each(['outside', 'inside'])(
    'does not follow a link to somewhere %s that is made while it downloads',
    async (where) => {
      let swap = () => {};
      const { origin } = await serve((_, response) => {
        swap();
        response.end(content);
      });
      const { run, path } = await open({ allow: [origin] });
      const target = where === 'outside' ? await mkdtemp(join(tmpdir(), 'rustic-outside-')) : path('other');
      mkdirSync(target, { recursive: true });
      swap = () => symlinkSync(target, path('new'));
      await expect(run('http_download', { url: origin, path: 'new/f' })).rejects.toMatchObject({
        code: 'RUSTIC_FS_CHANGED',
      });
      expect(await readdir(target)).toEqual([]);
      await rm(target, { recursive: true });
    },
  );

  it('asks anew, with the whole address, where a redirect leads to another host', async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(302, { location: 'http://cdn.example/f?sig=1' }).end(),
    );
    const { run, kernel } = await openTools(
      { allow: [origin] },
      { answers: [{ outcome: 'once' }, { outcome: 'deny' }] },
    );
    await expect(run('http_download', { url: origin, path: 'f' })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
    });
    expect(kernel.asks[1]?.detail.text).toBe('http://cdn.example/f?sig=1\n-> f');
  });

  it('says how far it is', async () => {
    const { origin } = await serve(async (_, response) => {
      response.writeHead(200, { 'content-length': 40 });
      for (let piece = 0; piece < 4; piece++) {
        response.write('x'.repeat(10));
        await new Promise((next) => setTimeout(next, 250));
      }
      response.end();
    });
    const { kernel } = await open({ allow: [origin] });
    const told: Progress[] = [];
    const options = { onProgress: (progress: Progress) => void told.push(progress) };
    await kernel.use('tool').get('http_download').invoke({ url: origin, path: 'f' }, kernel.call(), options);
    expect(told[0]).toEqual({ text: `200 from ${origin.slice(7)}` });
    expect(told.slice(1)).toContainEqual({ done: expect.any(Number) as unknown, total: 40, unit: 'bytes' });
  });

  it('gives two calls for the same address each its file', async () => {
    const { origin } = await serve((_, response) => response.end(content));
    const { run, path } = await open({ allow: [origin] });
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => run('http_download', { url: origin, path: name })));
    for (const name of names) expect((await readFile(path(name))).equals(content)).toBe(true);
  });

  it('says what is wrong with the disk', async () => {
    const { origin } = await serve((_, response) => response.end(content));
    const { run, kernel } = await openTools({ allow: [origin] });
    await mkdir(kernel.host.folders.state, { recursive: true });
    await writeFile(join(kernel.host.folders.state, 'downloads'), 'no folder');
    await expect(run('http_download', { url: origin, path: 'f' })).rejects.toMatchObject({ code: 'RUSTIC_FS_FAILED' });
  });

  it('lets nobody say which part is asked for', async () => {
    const { run } = await openTools();
    const input = { url: 'http://a.example/', path: 'f', headers: { Range: 'bytes=1-' } };
    await expect(run('http_download', input)).rejects.toMatchObject({ code: 'RUSTIC_HTTP_HEADER' });
  });
});
