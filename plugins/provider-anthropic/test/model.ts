import type { ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel, startFaultServer } from '@rustic-ai/kernel/testing';
import anthropic from '@rustic-ai/plugin-provider-anthropic';
import { onTestFinished } from 'vitest';

export const key = 'sk-ant-very-secret-4f2a';
export const hello: ModelRequest = {
  model: 'anthropic/m',
  purpose: 'turn',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
};

/** The provider in a kernel, at that address, with models of those names. */
export async function open(baseUrl: string, models: readonly string[] = ['m']) {
  const options = { baseUrl, models: [...models], timeoutMs: 1_000, apiKey: { $env: 'MY_KEY' } };
  const kernel = await createTestKernel({
    plugins: [[anthropic, options]],
    host: { secrets: { read: async () => key } },
  });
  return {
    handle: kernel.use('model').get(`anthropic/${models[0]}`),
    logs: () => kernel.logs,
    close: () => kernel.dispose(),
  };
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
export const sse = (data: { readonly type: string; readonly [name: string]: unknown }) =>
  `event: ${data.type}\n${event(data)}`;

/** Asks once at a server that streams that text. Returns the events, and the body it was sent. */
export async function asked(text: string, request: Partial<ModelRequest> = {}, name = 'm') {
  const server = await startFaultServer((response) => {
    const streamed = request.stream !== false;
    response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(text);
  });
  onTestFinished(() => server.close());
  const { handle, close } = await open(server.url, [name]);
  onTestFinished(close);
  const events: readonly ModelEvent[] = await collect(handle.invoke({ ...hello, ...request }));
  const [{ path, body } = { path: '', body: '{}' }] = server.asked;
  return { events, path, body: JSON.parse(body) as Readonly<Record<string, unknown>> };
}
