import type { ModelFetch, VendorClient } from '@rustic-ai/kernel/contracts';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions/completions';
import { createChatWriter } from './chat/request.js';
import { createChatAnswer, readWholeChat } from './chat/answer.js';
import { createResponsesWriter } from './responses/request.js';
import { createResponsesAnswer, readWholeResponse } from './responses/answer.js';
import type { OpenAiModels } from './server.js';
import { countTokens, isEncoded } from './tokens.js';

/** What `fetch` is told of a call. The SDK asks a signal it is given for every line of an answer, which costs too much. */
type Obeying = RequestInit & { readonly obeyed?: AbortSignal };

/**
 * The vendor's client, imported here: without retries of its own. It writes nothing, and what the SDK finds in the
 * environment is not used. `post` instead of `chat.completions.create`, which copies every chunk to add an empty reason.
 */
export async function connect(
  server: Omit<OpenAiModels, 'key'> & { readonly fetch: ModelFetch['fetch']; readonly key: string },
): Promise<VendorClient> {
  const { baseUrl, key, timeoutMs, fetch, reasons } = server;
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: key || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: timeoutMs,
    fetch: (target, init: Obeying = {}) => {
      const { obeyed, signal, ...rest } = init;
      const [one, ...more] = [signal, obeyed].filter((given) => given instanceof AbortSignal);
      return fetch(target, {
        ...rest,
        signal: one && more.length > 0 ? AbortSignal.any([one, ...more]) : (one ?? null),
      });
    },
  });
  const obeying = (obeyed: AbortSignal) => ({ fetchOptions: { obeyed } as object });
  const chat = createChatWriter();
  const responses = createResponsesWriter(reasons);
  return {
    async ask(request, name, signal) {
      if (server.api === 'chat') {
        const body = chat(request, name);
        if (request.stream === false) {
          const answer = await client.chat.completions.create({ ...body, stream: false }, { signal });
          return { pieces: [answer], read: readWholeChat, end: () => [] };
        }
        const streamed = { ...body, stream: true as const, stream_options: { include_usage: true } };
        const stream = client.post<AsyncIterable<ChatCompletionChunk>>('/chat/completions', {
          body: streamed,
          stream: true,
          ...obeying(signal),
        });
        return createChatAnswer(await stream);
      }
      const body = responses(request, name);
      if (request.stream === false) {
        const answer = await client.responses.create({ ...body, stream: false }, { signal });
        return { pieces: [answer], read: readWholeResponse, end: () => [] };
      }
      return createResponsesAnswer(await client.responses.create({ ...body, stream: true }, obeying(signal)));
    },
    async count(request, name, signal) {
      if (!server.counts) return isEncoded(name) ? countTokens(request, signal) : undefined;
      const { model, input, tools } = responses(request, name);
      const body = { model: String(model), input: input ?? [], ...(tools && { tools }) };
      const { input_tokens: inputTokens } = await client.responses.inputTokens.count(body, { signal });
      return { inputTokens, outputTokens: 0 };
    },
    list: async (signal) => (await client.models.list({ signal })).data.map(({ id }) => id).toSorted(),
  };
}
