import { modelError } from '@rustic-ai/kernel/contracts';
import type OpenAI from 'openai';

/** What of the SDK's headers is sent; the rest describes the machine, or comes from its environment. */
const sent = ['accept', 'content-type', 'user-agent'];

/**
 * Makes the vendor's client: imported when it is first needed, without retries of its own. It writes nothing, and what
 * the SDK finds in the environment is not used.
 *
 * Its `fetch` is bound to the origin that was granted: another origin and every redirect are refused, so that neither
 * key nor prompt goes elsewhere.
 */
export async function createClient(options: {
  readonly baseUrl: string;
  readonly key: string;
  readonly timeoutMs: number;
}): Promise<OpenAI> {
  const { default: OpenAI } = await import('openai');
  const { origin } = new URL(options.baseUrl);
  const key = options.key || 'none';
  return new OpenAI({
    baseURL: options.baseUrl,
    apiKey: key,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: options.timeoutMs,
    fetch: async (target, init) => {
      const url = target instanceof Request ? target.url : String(target);
      if (!url.startsWith(`${origin}/`))
        throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: `the address ${url} was never granted` });
      const given = init?.headers instanceof Headers ? init.headers : new Headers(init?.headers);
      const headers: Record<string, string> = { authorization: `Bearer ${key}` };
      for (const name of sent) if (given.has(name)) headers[name] = given.get(name) ?? '';
      const response = await fetch(target, { ...init, headers, redirect: 'manual' });
      const refuse = async (reason: string) => {
        await response.body?.cancel();
        throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason });
      };
      if (response.status >= 300 && response.status < 400) await refuse(`${origin} redirects, which is not followed`);
      const type = response.headers.get('content-type') ?? '';
      if (response.ok && type.includes('text/html')) await refuse(`${origin} answered with a web page`);
      return response;
    },
  });
}
