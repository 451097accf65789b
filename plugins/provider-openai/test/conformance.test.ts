import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { createTestKernel, describeModel } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chunk, end, hello, stream } from './server.js';

/** A server that answers by what the last message says. */
let server: Server;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { stream: boolean; messages: { content: string }[] };
    const prompt = body.messages.at(-1)?.content ?? '';
    if (prompt === 'fail') {
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"slow down"}}');
    } else if (prompt === 'slow') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let index = 0; !response.destroyed; index++) {
        response.write(chunk({ content: `${index} ` }));
        await wait(20);
      }
    } else if (prompt === 'call') {
      const called = { name: 'fs_read', arguments: '{"path":"x"}' };
      const calls = ['a', 'b'].map((id, index) => ({ index, id, type: 'function', function: called }));
      stream(response, chunk({ tool_calls: calls }), end('tool_calls'));
    } else if (body.stream) {
      stream(response, chunk({ content: `You said ` }), chunk({ content: prompt }), end());
    } else {
      const message = { role: 'assistant', content: `You said ${prompt}` };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'c', model: 'm-1', choices: [{ index: 0, finish_reason: 'stop', message }] }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const saying = (prompt: string) => ({
  ...hello,
  messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: prompt }] }],
});
describeModel(
  {
    async open() {
      const { port } = server.address() as AddressInfo;
      const baseUrl = `http://127.0.0.1:${port}/v1`;
      const kernel = await createTestKernel({ plugins: [[openai, { baseUrl, models: ['m'] }]] });
      return { handle: kernel.use('model').get('openai/m'), close: () => kernel.dispose() };
    },
    text: saying('hello'),
    tools: saying('call'),
    slow: saying('slow'),
    failing: { request: saying('fail'), code: 'RUSTIC_MODEL_RATE_LIMITED' },
  },
  { describe, it },
);
