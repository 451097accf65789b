import { modelError, type ModelFetch, type VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer } from './answer.js';
import { readLines } from './lines.js';
import { createWriter } from './request.js';

type Fetch = ModelFetch['fetch'];

/**
 * The SDK, for one call: it can only cancel all calls of a client, and those that are not streamed not at all. Its build
 * for browsers: the other one takes an image for the path of a file and reads it.
 *
 * Shape: `streamed` sends a request whose answer is a stream; its lines are read here, not by the SDK.
 */
export async function clientFor(baseUrl: string, fetch: Fetch, signal: AbortSignal) {
  const { Ollama } = await import('ollama/browser');
  let answer: Response | undefined;
  const client = new Ollama({
    host: baseUrl,
    fetch: async (target: Parameters<Fetch>[0], init?: RequestInit) =>
      (answer = await fetch(target, { ...init, signal })),
  });
  return {
    client,
    async streamed<Line extends object>(send: () => Promise<AsyncIterable<Line>>) {
      await send();
      if (!answer) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'the request was never sent' });
      return readLines<Line>(answer);
    },
  };
}

export async function connect(baseUrl: string, fetch: Fetch): Promise<VendorClient> {
  const write = createWriter();
  return {
    async ask(request, name, signal) {
      const { client, streamed } = await clientFor(baseUrl, fetch, signal);
      const body = write(request, name);
      if (request.stream === false) return createAnswer([[await client.chat({ ...body, stream: false })]]);
      return createAnswer(await streamed(() => client.chat({ ...body, stream: true })));
    },
    async list(signal) {
      const { models } = await (await clientFor(baseUrl, fetch, signal)).client.list();
      return models.map(({ name }) => name).toSorted();
    },
  };
}
