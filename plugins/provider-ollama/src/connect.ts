import type { ModelFetch, VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer } from './answer.js';
import { wholeLines } from './lines.js';
import { createWriter } from './request.js';

type Fetch = ModelFetch['fetch'];

/**
 * The SDK, for one call: it can only cancel all calls of a client, and those that are not streamed not at all. Its build
 * for browsers: the other one takes an image for the path of a file and reads it.
 */
export async function clientFor(baseUrl: string, fetch: Fetch, signal: AbortSignal) {
  const { Ollama } = await import('ollama/browser');
  const cancelled = async (target: Parameters<Fetch>[0], init?: RequestInit) => {
    const answer = await fetch(target, { ...init, signal });
    return /ndjson/.test(answer.headers.get('content-type') ?? '') ? wholeLines(answer) : answer;
  };
  return new Ollama({ host: baseUrl, fetch: cancelled });
}

export async function connect(baseUrl: string, fetch: Fetch): Promise<VendorClient> {
  const write = createWriter();
  return {
    async ask(request, name, signal) {
      const client = await clientFor(baseUrl, fetch, signal);
      const body = write(request, name);
      if (request.stream === false) return createAnswer([await client.chat({ ...body, stream: false })]);
      return createAnswer(await client.chat({ ...body, stream: true }));
    },
    async list(signal) {
      const { models } = await (await clientFor(baseUrl, fetch, signal)).list();
      return models.map(({ name }) => name).toSorted();
    },
  };
}
