import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { follow, root } from './project.js';

const words = 50;
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** Says the id it was asked with, again and again, between those of all others; one in ten it refuses at first. */
async function startVendor() {
  const refused = new Set<string>();
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    const { messages } = JSON.parse(await text(request)) as { messages: { content: string }[] };
    const id = messages.at(-1)?.content ?? '';
    most = Math.max(most, ++open);
    response.on('close', () => open--);
    if (id.endsWith('7') && !refused.has(id)) {
      refused.add(id);
      response.writeHead(503, { 'content-type': 'application/json' });
      return void response.end('{"error":{"message":"Not now."}}');
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let word = 0; word < words; word++) {
      response.write(chunk({ content: id.slice(0, 3) }));
      await turn();
      response.write(chunk({ content: `${id.slice(3)} ` }));
      await turn();
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  await new Promise<void>((done) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    most: () => most,
    refused: () => refused.size,
  };
}

it('1,000 streams at once through one process: every answer is its own and whole, also where it was asked again', async () => {
  const vendor = await startVendor();
  const program = join(root, 'cli/test/streams.program.mjs');
  const { ended } = follow(spawn(process.execPath, [program, vendor.url, '1000'], { cwd: join(root, 'cli') }));
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { durationMs, beforeMb, peakMb, ...found } = JSON.parse(stdout) as Record<string, number>;
  expect(found).toEqual({ answers: 1_000, words, mixed: [], cut: [] });
  expect(vendor.refused()).toBe(100);
  expect(vendor.most()).toBeGreaterThan(500);
  process.stdout.write(
    `1,000 streams: ${vendor.most()} open at once, ${durationMs} ms, memory ${beforeMb} MB before, ${peakMb} MB at most\n`,
  );
}, 120_000);
