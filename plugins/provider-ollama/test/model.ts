import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import { createTestKernel, startFaultServer } from '@rustic-ai/kernel/testing';
import ollama from '@rustic-ai/plugin-provider-ollama';
import { onTestFinished } from 'vitest';

export const key = 'ollama-very-secret-4f2a';
export const hello: ModelRequest = {
  model: 'ollama/m',
  purpose: 'turn',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
};

/** The provider in a kernel, at that address; with models, their names are known before the server is asked. */
export async function open(baseUrl: string, models?: readonly string[], approve = false) {
  const options = { baseUrl, timeoutMs: 1_000, apiKey: { $env: 'MY_KEY' }, ...(models && { models: [...models] }) };
  const kernel = await createTestKernel({
    plugins: [[ollama, options]],
    host: { secrets: { read: async () => key } },
    ...(approve && { answers: [{ outcome: 'once' }] }),
  });
  return { kernel, logs: () => kernel.logs, close: () => kernel.dispose() };
}
export async function openModel(baseUrl: string) {
  const { kernel, logs, close } = await open(baseUrl, ['m']);
  return { handle: kernel.use('model').get('ollama/m'), logs, close };
}

/** One line of a streamed answer. Source: Ollama, API docs, "Generate a chat completion", and ollama 0.6.4, 2026-11. */
export const line = (more: object) =>
  `${JSON.stringify({ model: 'm', created_at: '2026-11-01T00:00:00Z', ...more })}\n`;
export const last = line({
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 3,
  eval_count: 4,
});

/** A server that answers with those lines. */
export async function serve(text: string, status = 200, streamed = status === 200) {
  const server = await startFaultServer((response) => {
    response.writeHead(status, { 'content-type': streamed ? 'application/x-ndjson' : 'application/json' });
    response.end(text);
  });
  onTestFinished(() => server.close());
  return server;
}
