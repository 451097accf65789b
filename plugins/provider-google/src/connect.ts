import type { ModelFetch, ModelRequest, VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer } from './answer.js';
import { createWriter } from './request.js';

/** What the SDK says of the model's name in its list. */
const prefix = 'models/';

/**
 * The vendor's client, imported here: its build for the web, which reads no environment and writes nothing. Retries are
 * off unless they are asked for.
 */
export async function connect(options: {
  readonly baseUrl: string;
  readonly key: string;
  readonly fetch: ModelFetch['fetch'];
}): Promise<VendorClient> {
  const { baseUrl, key, fetch } = options;
  const { GoogleGenAI } = await import('@google/genai/web');
  const client = new GoogleGenAI({
    apiKey: key || 'none',
    vertexai: false,
    httpOptions: { baseUrl, apiVersion: 'v1beta', fetch },
  });
  const write = createWriter();
  return {
    async ask(request, name, signal) {
      const written = write(request, name);
      const { vendor } = request;
      const config = {
        ...written.config,
        abortSignal: signal,
        ...(vendor && { httpOptions: { extraBody: vendor } }),
      };
      if (request.stream !== false)
        return createAnswer(await client.models.generateContentStream({ ...written, config }), name);
      return createAnswer([await client.models.generateContent({ ...written, config })], name);
    },
    async count(request, name, abortSignal) {
      const { contents, config } = write(request, name);
      const system = config.systemInstruction;
      const counted = { model: name, contents: system ? [system, ...contents] : contents };
      const { totalTokens = 0 } = await client.models.countTokens({ ...counted, config: { abortSignal } });
      return { inputTokens: totalTokens, outputTokens: 0, ...(hasTools(request) && { estimated: true }) };
    },
    async list(abortSignal) {
      const names: string[] = [];
      for await (const { name, supportedActions } of await client.models.list({
        config: { pageSize: 1_000, abortSignal },
      }))
        if (name && supportedActions?.includes('generateContent') !== false) names.push(name.replace(prefix, ''));
      return names.toSorted();
    },
  };
}
/** The vendor counts what was said, not the tools. */
const hasTools = ({ tools }: ModelRequest) => (tools?.length ?? 0) > 0;
