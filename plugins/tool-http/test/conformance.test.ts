import { createTestKernel, describeTool, type ToolSubject } from '@rustic-ai/kernel/testing';
import type { Json } from '@rustic-ai/kernel';
import http from '@rustic-ai/plugin-tool-http';
import workspace from '@rustic-ai/plugin-workspace-local';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const server = createServer((request, response) => {
  if (request.url === '/slow') return void response.write('x');
  response.setHeader('date', 'Mon, 01 Jan 2024 00:00:00 GMT');
  if (request.url?.startsWith('/search')) response.end(JSON.stringify({ results: [] }));
  else response.end('content');
});
/** Known once the server listens. */
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (search: object) =>
  createTestKernel({
    plugins: [workspace, [http, { allow: [origin], search } as never]],
    answers: [{ outcome: 'once' }],
  });
/** For each tool an input that succeeds, and one that goes on until it is cancelled. */
const tools: Record<string, { good: () => Json; slow?: () => Json; bad: Json }> = {
  http_request: {
    good: () => ({ url: origin }),
    slow: () => ({ url: `${origin}/slow` }),
    bad: { url: 'http://a.example/', method: 'CONNECT' },
  },
  http_download: {
    good: () => ({ url: origin, path: 'f', overwrite: true }),
    slow: () => ({ url: `${origin}/slow`, path: 'f' }),
    bad: { url: 'http://a.example/', path: 'f', sha256: 'short' },
  },
  web_fetch: { good: () => ({ url: origin }), slow: () => ({ url: `${origin}/slow` }), bad: { url: '' } },
  web_search: { good: () => ({ query: 'tea' }), bad: { query: 'tea', count: 1_000 } },
};

const withSlow = (slow: (() => Json) | undefined, subject: ToolSubject): ToolSubject =>
  slow ? Object.defineProperty(subject, 'slow', { get: slow }) : subject;

for (const [name, { good, slow, bad }] of Object.entries(tools))
  describeTool(
    withSlow(slow, {
      name,
      async open() {
        const kernel = await open({ engine: 'searxng', url: origin });
        return {
          handle: kernel.use('tool').get(name),
          call: () => kernel.call(),
          audit: () => kernel.audit(),
          close: () => kernel.dispose(),
        };
      },
      get good() {
        return good();
      },
      bad,
    }),
    { describe, it },
  );

describe('the tools', () => {
  it('are all tried, fetch, and say how long what they read holds', async () => {
    const kernel = await open({ engine: 'searxng', url: origin });
    const all = await kernel.use('tool').list({ basket: 'dev/web' });
    expect(all.map(({ name, declaration: { facts } }) => [name, facts])).toEqual([
      ['http_request', { kind: 'fetch' }],
      ['http_download', { kind: 'fetch' }],
      ['web_fetch', { kind: 'fetch', cacheMs: 300_000 }],
      ['web_search', { kind: 'fetch', cacheMs: 300_000 }],
    ]);
    expect(all.map(({ name }) => name)).toEqual(Object.keys(tools));
    await kernel.dispose();
  });
});
