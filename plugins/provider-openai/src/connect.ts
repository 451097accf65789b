import type { ModelFetch, VendorClient } from '@rustic-ai/kernel/contracts';
import { createChatWriter } from './chat/request.js';
import { createChatAnswer, readWholeChat } from './chat/answer.js';
import { createResponsesWriter } from './responses/request.js';
import { createResponsesAnswer, readWholeResponse } from './responses/answer.js';
import type { OpenAiModels } from './models.js';

/**
 * The vendor's client, imported here: without retries of its own. It writes nothing, and what the SDK finds in the
 * environment is not used.
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
    fetch,
  });
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
        return createChatAnswer(await client.chat.completions.create(streamed, { signal }));
      }
      const body = responses(request, name);
      if (request.stream === false) {
        const answer = await client.responses.create({ ...body, stream: false }, { signal });
        return { pieces: [answer], read: readWholeResponse, end: () => [] };
      }
      return createResponsesAnswer(await client.responses.create({ ...body, stream: true }, { signal }));
    },
    ...(server.counts && {
      async count(request, name, signal) {
        const { model, input, tools } = responses(request, name);
        const body = { model: String(model), input: input ?? [], ...(tools && { tools }) };
        const { input_tokens: inputTokens } = await client.responses.inputTokens.count(body, { signal });
        return { inputTokens, outputTokens: 0 };
      },
    }),
    list: async (signal) => (await client.models.list({ signal })).data.map(({ id }) => id).toSorted(),
  };
}
