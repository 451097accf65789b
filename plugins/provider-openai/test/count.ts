import type { ModelEvent, Usage } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { expect, onTestFinished } from 'vitest';
import { hello, startServer } from './server.js';

/** Counts a text for a model at a server that is no vendor's. */
export async function count(text: string, model = 'gpt-5', more: object = {}, signal?: AbortSignal): Promise<Usage> {
  const server = await startServer((response) => response.end());
  const kernel = await createTestKernel({ plugins: [[openai, { baseUrl: server.url, models: [model] }]] });
  onTestFinished(() => kernel.dispose());
  const messages = [{ role: 'user', parts: [{ type: 'text', text }] }] as const;
  const request = { ...hello, messages, ...more, countTokens: true } as const;
  const handle = kernel.use('model').get(`openai/${model}`);
  const events: readonly ModelEvent[] = await collect(handle.invoke(request, undefined, signal && { signal }));
  expect(server.received).toEqual([]);
  const last = events.at(-1);
  if (last?.type !== 'finish' || !last.usage) throw new Error(`it ends with ${JSON.stringify(last)}`);
  return last.usage;
}
