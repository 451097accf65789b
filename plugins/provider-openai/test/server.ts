import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { onTestFinished } from 'vitest';

type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => unknown;
export interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { readonly [name: string]: unknown };
}

/** A real server on the loopback that answers as told and keeps what it received. */
export async function startServer(answer: Answer) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { authorization } = request.headers;
    received.push({ path: request.url ?? '', authorization, body: JSON.parse(body || '{}') as Received['body'] });
    await answer(response, request, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { received, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/v1`, close: () => server.close() };
}

/** The provider in a kernel, at that address. */
export async function openModel(baseUrl: string, options: { readonly [name: string]: string | number } = {}) {
  const kernel = await createTestKernel({
    plugins: [[openai, { baseUrl, models: ['m'], ...options }]],
    host: { secrets: { read: async () => 'sk-very-secret' } },
  });
  onTestFinished(() => kernel.dispose());
  const model = kernel.use('model').get('openai/m');
  const ask = (request: Partial<ModelRequest> = {}, signal?: AbortSignal) =>
    collect(model.invoke({ ...hello, ...request }, undefined, signal && { signal }));
  return { kernel, model, ask };
}

export const hello: ModelRequest = {
  model: 'openai/m',
  purpose: 'turn',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
};
export const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c1', model: 'm-1', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
export const end = (reason = 'stop') => `${chunk({}, { finish_reason: reason })}data: [DONE]\n\n`;
export const stream = (response: ServerResponse, ...parts: readonly (string | Uint8Array)[]) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) response.write(part);
  response.end();
};
export const textOf = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
