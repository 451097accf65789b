import type {
  Message,
  MessageCreateParamsNonStreaming,
  MessageCreateParamsStreaming,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { ModelFetch, VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer, readWhole } from './answer.js';
import { createWriter } from './request.js';

/**
 * The vendor's client, imported here: without retries of its own. What the SDK finds in the environment is not used.
 * `post` instead of `messages.create`, which writes to the terminal when a model is old; `rawEvents` because the SDK's own
 * next step takes three more promises for each event.
 */
export async function connect(options: {
  readonly baseUrl: string;
  readonly key: string;
  readonly timeoutMs: number;
  readonly fetch: ModelFetch['fetch'];
}): Promise<VendorClient> {
  const { baseUrl, key, timeoutMs, fetch } = options;
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const { Stream } = await import('@anthropic-ai/sdk/core/streaming');
  const client = new Anthropic({
    baseURL: baseUrl,
    apiKey: key || 'none',
    authToken: null,
    webhookKey: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: timeoutMs,
    fetch,
  });
  const write = createWriter();
  const path = '/v1/messages';
  return {
    async ask(request, name, signal) {
      const common = { signal, timeout: timeoutMs };
      if (request.stream === false) {
        const body: MessageCreateParamsNonStreaming = { ...write(request, name), stream: false };
        return { pieces: [await client.post<Message>(path, { body, ...common })], read: readWhole, end: () => [] };
      }
      const body: MessageCreateParamsStreaming = { ...write(request, name), stream: true };
      const response = await client.post(path, { body, stream: true, ...common }).asResponse();
      return createAnswer(Stream.rawEvents(response));
    },
    async count(request, name, signal) {
      const { model, messages, system, tools } = write(request, name);
      const counted = { model, messages, ...(system && { system }), ...(tools && { tools }) };
      const { input_tokens: inputTokens } = await client.messages.countTokens(counted, { signal });
      return { inputTokens, outputTokens: 0 };
    },
    async list(signal) {
      const names: string[] = [];
      for await (const { id } of client.models.list({ limit: 1_000 }, { signal })) names.push(id);
      return names.toSorted();
    },
  };
}
