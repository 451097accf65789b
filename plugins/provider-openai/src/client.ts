import { createModelFetch } from '@rustic-ai/kernel/contracts';
import type OpenAI from 'openai';

/**
 * Makes the vendor's client: imported when it is first needed, bound to the origin that was granted, without retries of
 * its own. It writes nothing, and what the SDK finds in the environment is not used.
 */
export async function createClient(options: {
  readonly baseUrl: string;
  readonly key: string;
  readonly timeoutMs: number;
}): Promise<{ readonly client: OpenAI; close(): void }> {
  const { baseUrl, timeoutMs } = options;
  const key = options.key || 'none';
  const { fetch, close } = await createModelFetch({ baseUrl, headers: { authorization: `Bearer ${key}` } });
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: timeoutMs,
    fetch,
  });
  return { client, close };
}
