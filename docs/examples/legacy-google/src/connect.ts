import type { VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer } from './answer.js';
import { requestOf } from './request.js';

/** The vendor's client; its SDK is imported with the first question. */
export async function connect(baseUrl: string, key: string): Promise<VendorClient> {
  const { GoogleGenerativeAI } = await import('@google/generative-ai');
  const client = new GoogleGenerativeAI(key);
  const modelOf = (name: string) => client.getGenerativeModel({ model: name }, { baseUrl });
  return {
    async ask(request, name, signal) {
      const body = requestOf(request);
      if (request.stream === false)
        return createAnswer([(await modelOf(name).generateContent(body, { signal })).response]);
      const { stream, response } = await modelOf(name).generateContentStream(body, { signal });
      // The SDK adds the answer up as well, and loses signatures as it does; it fails where `stream` does.
      response.catch(() => {});
      return createAnswer(stream);
    },
    async count(request, name, signal) {
      const { contents } = requestOf(request);
      const { totalTokens } = await modelOf(name).countTokens({ contents }, { signal });
      return { inputTokens: totalTokens, outputTokens: 0 };
    },
  };
}
