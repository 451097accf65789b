import { setTimeout } from 'node:timers/promises';
import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import {
  collect,
  createTestKernel,
  describeModel,
  describeModelFaults,
  startFaultServer,
} from '@rustic-ai/kernel/testing';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.js';
import { lineOf, wire } from './wire.js';

const server = await startFaultServer(async (response) => {
  const { path = '', body = '' } = server.asked.at(-1) ?? {};
  if (path === '/models') return response.end('["small","large"]');
  const { messages } = JSON.parse(body) as { messages: readonly { text: string }[] };
  const { text = '' } = messages.at(-1) ?? {};
  if (text === 'fail') return response.writeHead(429).end(wire.refusal('Slow down.', 429));
  response.write(wire.head);
  for (let count = 0; text === 'slow' && !response.destroyed; count++) {
    response.write(wire.text(`${count} `));
    await setTimeout(10);
  }
  if (text === 'call') response.write(wire.halfCall);
  else for (const word of ['You ', 'said ', text]) response.write(wire.text(word));
  return response.end(lineOf({ end: 'stop', tokens: { in: 3, out: 2 } }));
});
afterAll(() => server.close());

const key = 'a-very-secret-key-4f2a';
const timeoutMs = 1_000;
async function open(baseUrl: string) {
  const options = { baseUrl, models: ['small'], timeoutMs };
  const kernel = await createTestKernel({ plugins: [[plugin, options]], host: { secrets: { read: async () => key } } });
  return { handle: kernel.use('model').get('lines/small'), logs: () => kernel.logs, close: () => kernel.dispose() };
}
const saying = (text: string): ModelRequest => ({
  model: 'lines/small',
  purpose: 'turn',
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
});

describeModel(
  {
    open: () => open(server.url),
    text: saying('hello'),
    tools: { ...saying('call'), tools: [{ name: 'fs_write', description: 'Writes', input: { type: 'object' } }] },
    slow: saying('slow'),
    count: saying('hello'),
    failing: { request: saying('fail'), code: 'RUSTIC_MODEL_RATE_LIMITED' },
  },
  { describe, it },
);
describeModelFaults({ wire, key, timeoutMs, request: saying('hello'), open }, { describe, it });

it('has all models of the server', async () => {
  const kernel = await createTestKernel({
    plugins: [[plugin, { baseUrl: server.url }]],
    host: { secrets: { read: async () => key } },
  });
  const names = (await kernel.use('model').list()).map(({ name }) => name);
  expect(names).toEqual(['lines/small', 'lines/large']);
  const [first] = await collect(kernel.use('model').get('lines/large').invoke(saying('hello'), kernel.call()));
  expect(first).toEqual({ type: 'start', model: 'm-1' });
  await kernel.dispose();
});
