// The HTTP tools through the whole of invoke: a request beside the global fetch, and a page made into Markdown.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import http from '@rustic-ai/plugin-tool-http';
import workspace from '@rustic-ai/plugin-workspace-local';
import { median } from '../../kernel/bench/lib.mjs';

const answer = JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, name: `item ${id}` })) });
const paragraph = (nth) =>
  `<p>Paragraph ${nth} says <b>something</b> at <a href="/${nth}">length</a>, ${'word '.repeat(60)}.</p>`;
const article = Array.from({ length: 200 }, (_, nth) => paragraph(nth)).join('\n');
const page = `<!doctype html><html><head><title>A page</title></head><body><nav>menu</nav><article><h1>A page</h1>${article}</article></body></html>`;
const server = createServer(({ url }, response) => {
  response.setHeader('content-type', url === '/page' ? 'text/html; charset=utf-8' : 'application/json');
  response.end(url === '/page' ? page : answer);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

const folder = mkdtempSync(join(tmpdir(), 'rustic-http-'));
const kernel = await createKernel({
  contracts: standard,
  host: nodeHost({ cwd: folder }),
  plugins: [workspace, [http, { allow: [origin] }]],
  rules: ['tool', 'net'].map((action) => ({ effect: 'allow', action, match: '**' })),
});
const use = (name, input) => kernel.use('tool').get(name).invoke(input, kernel.call());
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const report = (name, ms, limitMs) => {
  console.log(`${(ms <= limitMs ? 'ok' : 'OVER').padEnd(5)}${name}: ${ms.toFixed(2)} ms (limit ${limitMs.toFixed(2)})`);
  if (ms > limitMs) process.exitCode = 1;
};
const rounds = async (count, subject, floor) => {
  const over = [];
  for (let round = 0; round < count; round++) {
    const base = await timed(floor);
    over.push((await timed(subject)) - base);
  }
  return median(over);
};
const times = (count, work) => async () => {
  for (let nth = 0; nth < count; nth++) await work();
};
const plain = async (path) => (await fetch(origin + path)).text();

const each = 50;
const requests = await rounds(
  11,
  times(each, () => use('http_request', { url: `${origin}/json` })),
  times(each, () => plain('/json')),
);
report('http_request over fetch', requests / each, 3);
report(
  'web_fetch of a page of 90 KB over fetch',
  await rounds(
    7,
    () => use('web_fetch', { url: `${origin}/page` }),
    () => plain('/page'),
  ),
  1_000,
);

await kernel.dispose();
server.close();
rmSync(folder, { recursive: true, force: true });
