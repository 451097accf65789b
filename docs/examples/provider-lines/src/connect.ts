import { modelError, type ModelFetch, type VendorClient } from '@rustic-ai/kernel/contracts';
import { createAnswer } from './answer.js';
import { readLines } from './lines.js';
import { requestOf } from './request.js';

/** The vendor's API. `fetch` reaches this one server, sends the key, and throws what the server refuses. */
export function connect(baseUrl: string, fetch: ModelFetch['fetch']): VendorClient {
  const at = (path: string) => `${baseUrl.replace(/\/$/, '')}/${path}`;
  return {
    async ask(request, name, signal) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(requestOf(request, name));
      return createAnswer(readLines(await fetch(at('answers'), { method: 'POST', headers, body, signal })));
    },
    async list(signal) {
      const models: unknown = await (await fetch(at('models'), { signal })).json();
      if (Array.isArray(models)) return models.map(String);
      throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'its models are no list' });
    },
  };
}
