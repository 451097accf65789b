import type { Json } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { openTools } from './helper.js';
import { serve } from './server.js';

/** Source: docs.searxng.org, "Search API". */
const searxng = {
  query: 'tea',
  results: [
    { title: 'Tea', url: 'https://tea.example/', content: ' Leaves\nin water. ', publishedDate: '2026-01-02T00:00:00' },
    { title: 'Bad', url: 'javascript:steal()', content: '' },
    { title: 'More', url: 'https://more.example/a?b', content: '' },
  ],
};
/** Source: Brave Search API, "Web search". */
const brave = {
  type: 'search',
  web: {
    results: [{ title: 'Tea', url: 'https://tea.example/', description: 'Leaves.', page_age: '2026-01-02T00:00:00' }],
  },
};
const search = async (answer: Json | ((key: string) => Json), options: object = {}, status = 200) => {
  const keys: (string | undefined)[] = [];
  const engine = await serve((request, response) => {
    const { authorization, 'x-subscription-token': token } = request.headers;
    const key = authorization ?? token?.toString();
    keys.push(key);
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  const tools = await openTools({ search: { engine: 'searxng', url: engine.origin, ...options } });
  return { ...tools, ...engine, keys };
};

describe('web_search', () => {
  it('asks SearXNG', async () => {
    const { run, asked, keys, kernel, origin } = await search(searxng);
    const { parts, data } = await run('web_search', { query: 'tea & milk', page: 2, language: 'en', since: 'month' });
    expect(asked).toEqual(['GET /search?q=tea+%26+milk&format=json&pageno=2&language=en&time_range=month']);
    expect(keys).toEqual([undefined]);
    expect(parts).toEqual([
      {
        type: 'text',
        text: '1. Tea (2026-01-02T00:00:00)\n   https://tea.example/\n   Leaves in water.\n2. More\n   https://more.example/a?b',
      },
    ]);
    expect(data).toHaveLength(2);
    expect(kernel.asks).toMatchObject([
      {
        accesses: [
          { action: 'tool' },
          { action: 'net', resource: expect.stringContaining(`${origin}/search?q=tea`) as unknown },
        ],
        wouldStore: { action: 'net', match: origin },
      },
    ]);
  });

  it('asks Brave, with its key', async () => {
    process.env['RUSTIC_TEST_SEARCH_KEY'] = 'key-of-brave';
    const options = { engine: 'brave', key: { $env: 'RUSTIC_TEST_SEARCH_KEY' } };
    const { run, asked, keys, kernel } = await search(brave, options);
    const result = await run('web_search', { query: 'tea', count: 3, page: 2, language: 'en', since: 'day' });
    expect(asked).toEqual([
      'GET /res/v1/web/search?q=tea&count=3&offset=1&text_decorations=false&search_lang=en&freshness=pd',
    ]);
    expect(keys).toEqual(['key-of-brave']);
    expect(result.data).toEqual([
      { title: 'Tea', url: 'https://tea.example/', snippet: 'Leaves.', date: '2026-01-02T00:00:00' },
    ]);
    expect(JSON.stringify([result, kernel.asks, await kernel.audit()])).not.toContain('key-of-brave');
  });

  it('gives no more than was asked for, and says when there is nothing', async () => {
    const { run, say } = await search(searxng);
    expect((await run('web_search', { query: 'tea', count: 1 })).data).toHaveLength(1);
    const none = await search({ results: [] });
    expect(await none.say('web_search', { query: 'tea' })).toBe('Nothing was found for "tea".');
    expect(await say('web_search', { query: 'tea', count: 1 })).not.toContain('More');
  });

  it.each([
    ['a page', '<html>', 200, 'its answer is not the JSON it should give'],
    ['other JSON', '{"results":"none"}', 200, 'its answer is not the JSON it should give'],
    ['an error', '{}', 403, 'it answered with status 403'],
    ['a redirect', '{}', 302, 'it answered with status 302'],
  ])('refuses %s', async (_, answer, status, reason) => {
    const { run, origin, asked } = await search(answer, {}, status);
    await expect(run('web_search', { query: 'tea' })).rejects.toMatchObject({
      code: 'RUSTIC_SEARCH_ENGINE',
      details: { origin, reason },
    });
    expect(asked).toHaveLength(1);
  });

  it('says what the composition lacks', async () => {
    const off = await openTools();
    await expect(off.run('web_search', { query: 'tea' })).rejects.toMatchObject({ code: 'RUSTIC_SEARCH_OFF' });
    const keyless = await search(brave, { engine: 'brave' });
    await expect(keyless.run('web_search', { query: 'tea' })).rejects.toMatchObject({
      code: 'RUSTIC_SEARCH_ENGINE',
      details: { reason: 'it wants a key' },
    });
    const homeless = await openTools({ search: { engine: 'searxng' } });
    await expect(homeless.run('web_search', { query: 'tea' })).rejects.toMatchObject({ code: 'RUSTIC_PLUGIN_SETUP' });
  });

  it('opens its engine to searches alone', async () => {
    const { run, origin, asked } = await search(searxng);
    await expect(run('http_request', { url: `${origin}/admin` })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_ADDRESS',
    });
    expect(asked).toEqual([]);
  });
});
