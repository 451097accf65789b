import { describe, expect, it } from 'vitest';
import { openTools } from './helper.js';
import { pdfOf } from './pdf.js';
import { serve } from './server.js';

const html = `<!doctype html><html><head><title>Site &mdash; The kettle</title><script>steal()</script></head><body>
<nav><a href="/menu">Menu entry</a></nav>
<article><h1>The kettle</h1>
<p>${'A kettle boils water, which takes a while and some patience. '.repeat(12)}</p>
<p>See <a href="../more?a=1#x">more</a>, <a href="javascript:steal()">this</a> and <img src="/k.png" alt="a kettle">.</p>
<h2>Parts</h2><ul><li>Lid</li><li><code>spout()</code></li></ul>
<pre><code class="language-js">boil(
  1,
);</code></pre>
<table><thead><tr><th>Size</th><th>Price</th></tr></thead><tbody><tr><td>1 l</td><td>9 | 10</td></tr></tbody></table>
<p>${'It ends when the steam comes, as everybody knows who ever made tea. '.repeat(12)}</p></article>
<footer>Imprint</footer></body></html>`;

const served = async (body: string | Buffer, type?: string) => {
  const { origin } = await serve((_, response) => {
    if (type) response.setHeader('content-type', type);
    response.end(body);
  });
  const tools = await openTools({ allow: [origin], maxBytes: 4_000 });
  return { ...tools, url: `${origin}/docs/page` };
};

describe('web_fetch', () => {
  it('reads the article of a page as Markdown', async () => {
    const { run, say, url } = await served(html, 'text/html; charset=utf-8');
    const text = await say('web_fetch', { url });
    const { origin } = new URL(url);
    expect(text).toContain(`\n${url}\n`);
    expect(text).toContain('A kettle boils water');
    expect(text).toContain(`[more](${origin}/more?a=1#x)`);
    expect(text).toContain(`![a kettle](${origin}/k.png)`);
    expect(text).toContain('## Parts');
    expect(text).toMatch(/- +Lid\n- +`spout\(\)`/);
    expect(text).toContain('```js\nboil(\n  1,\n);\n```');
    expect(text).toContain('| Size | Price |\n| --- | --- |\n| 1 l | 9 \\| 10 |');
    for (const unwanted of ['Menu entry', 'Imprint', 'steal', '<']) expect(text).not.toContain(unwanted);
    expect((await run('web_fetch', { url })).data).toMatchObject({
      url,
      title: expect.stringContaining('kettle') as unknown,
    });
  });

  it('reads all of a page when told to, and where there is no article', async () => {
    const { say, url } = await served(html, 'text/html');
    expect(await say('web_fetch', { url, part: 'all' })).toMatch(/Menu entry[^]*The kettle[^]*Imprint/);
    const short = await served('<p>Only <b>this</b>', 'text/html');
    expect(await short.say('web_fetch', { url: short.url })).toBe(`${short.url}\n\nOnly **this**`);
  });

  it('gives a long page in stretches', async () => {
    const words = Array.from({ length: 2_000 }, (_, index) => `w${index}`).join(' ');
    const { run, say, url } = await served(words, 'text/plain');
    const { data } = await run('web_fetch', { url });
    expect(data).toMatchObject({ characters: words.length, offset: 0, end: 4_000 });
    let all = '';
    for (let offset = 0; offset < words.length; offset += 4_000) {
      const text = await say('web_fetch', { url, offset });
      const end = Math.min(offset + 4_000, words.length);
      expect(text).toContain(`[characters ${offset} to ${end} of ${words.length}`);
      all += text.slice(url.length + 2, text.lastIndexOf('\n['));
    }
    expect(all).toBe(words);
    expect(await say('web_fetch', { url, offset: 1_000_000 })).toBe(
      `${url}\n\n\n[characters ${words.length} to ${words.length} of ${words.length}]`,
    );
  });

  it('cuts no character in two', async () => {
    const { run, url } = await served(`x${'🫖'.repeat(3_000)}`, 'text/plain; charset=utf-8');
    const { parts, data } = await run('web_fetch', { url });
    expect(data).toMatchObject({ end: 3_999 });
    expect(JSON.stringify(parts)).not.toMatch(/\\ud8/);
  });

  it('reads the text of a PDF, page by page', async () => {
    const { run, say, url } = await served(pdfOf(['Hello kettle', 'Second page'], 'Tea'), 'application/pdf');
    expect(await say('web_fetch', { url })).toBe(
      `Tea\n${url}\n\n[page 1 of 2]\n\nHello kettle\n\n[page 2 of 2]\n\nSecond page`,
    );
    expect((await run('web_fetch', { url })).data).toMatchObject({ title: 'Tea' });
  });

  it('gives text, JSON and Markdown as they are', async () => {
    for (const [body, type] of [
      ['plain', 'text/plain'],
      ['{"a":1}', 'application/json'],
      ['# M', 'text/markdown'],
      ['untyped', undefined],
    ] as const) {
      const { say, url } = await served(body, type);
      expect(await say('web_fetch', { url })).toBe(`${url}\n\n${body}`);
    }
  });

  it('reads the character set from the header, else from the page', async () => {
    const body = Buffer.from('<meta charset="iso-8859-1"><p>gr\xfcn', 'latin1');
    for (const type of ['text/html', 'text/html; charset=iso-8859-1', 'text/html; charset=unheard-of']) {
      const { say, url } = await served(body, type);
      expect(await say('web_fetch', { url })).toMatch(/\n\ngrün$/);
    }
  });

  it.each([
    ['an image', Buffer.from([137, 80, 78, 71, 0]), 'image/png', 'of the type image/png'],
    ['bytes without a type', Buffer.from([0, 1, 2]), undefined, 'of the type unknown'],
    ['a broken PDF', Buffer.from('%PDF-1.4\nnothing'), 'application/pdf', 'Invalid PDF'],
    ['a PDF of pictures', pdfOf([''], 'Scan'), 'application/pdf', 'without text'],
  ])('says why %s can not be read', async (_, body, type, reason) => {
    const { run, url } = await served(body, type);
    await expect(run('web_fetch', { url })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_CONTENT',
      message: expect.stringContaining(reason) as unknown,
    });
  });

  it.each([
    ['is nested without end', '<div>'.repeat(200_000)],
    ['has elements without end', `<p>${'<b><i>x</b>'.repeat(400_000)}`],
  ])('ends a page that %s, and the process goes on meanwhile', async (_, body) => {
    const { run, url } = await served(body, 'text/html');
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const started = performance.now();
    await expect(run('web_fetch', { url, timeoutMs: 1_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/^RUSTIC_HTTP_(?:TIMEOUT|CONTENT)$/) as unknown,
    });
    clearInterval(timer);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(turns).toBeGreaterThan(20);
  });

  it('is not fooled by an error page', async () => {
    const { origin } = await serve((_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end(html));
    const { run } = await openTools({ allow: [origin] });
    await expect(run('web_fetch', { url: origin })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_STATUS',
      details: { status: 503 },
    });
  });

  it('asks with the whole address', async () => {
    const { run, url, kernel } = await served('x', 'text/plain');
    await run('web_fetch', { url: `${url}?q=secret#part` });
    expect(kernel.asks[0]).toMatchObject({
      accesses: [{ action: 'tool' }, { action: 'net', resource: `${url}?q=secret` }],
      detail: { type: 'url', text: `${url}?q=secret` },
    });
  });
});
