import { modelError, type ModelEvent } from '@rustic-ai/kernel/contracts';
import { createTestKernel, modelFaultSuite, type ModelFaultSubject } from '@rustic-ai/kernel/testing';
import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { describe, expect, it } from 'vitest';

const line = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const manifest = defineManifest({ id: 'provider-fragile', contributes: { model: { m: { summary: 'Fragile' } } } });
const words = { status: 400, body: '{"error":"no"}' };

/** A provider that believes everything: it asks once with the global fetch, follows, and takes any end for a good one. */
async function* believe(url: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const response = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer sk-1' }, signal: null });
  const text = await response.text();
  if (signal.aborted) throw modelError('RUSTIC_MODEL_NETWORK', { host: 'x', reason: text });
  yield { type: 'start', model: 'm' };
  yield { type: 'text', text: `${text} ` };
  yield { type: 'tool_call', id: 'a', name: 'half', input: {} };
  yield { type: 'finish', reason: 'length' };
}
const subject: ModelFaultSubject = {
  wire: {
    contentType: 'text/event-stream',
    crlf: true,
    head: '',
    text: (text) => line({ text }),
    halfCall: line({ call: 'half' }),
    end: line({ end: true }),
    error: { event: line({ error: 'no' }), code: 'RUSTIC_MODEL_OVERLOADED' },
    refusal: (message) => JSON.stringify({ error: message }),
    tooLong: words,
    filtered: words,
    parameter: { ...words, name: 'temperature' },
  },
  request: { model: 'm', purpose: 'turn', messages: [] },
  timeoutMs: 100,
  key: 'sk-1',
  async open(url) {
    const plugin = definePlugin<typeof manifest>({
      manifest: async () => ({ default: manifest }),
      setup: () => ({ model: { m: { run: (_, { signal }) => believe(url, signal) } } }),
    });
    const kernel = await createTestKernel({ plugins: [plugin] });
    return { handle: kernel.use('model').get('m'), logs: () => kernel.logs, close: () => kernel.dispose() };
  },
};

describe('the rules of the fault suite', () => {
  it.concurrent.each(modelFaultSuite)('notice a provider that breaks "$id"', async (rule) => {
    await expect(Promise.resolve(rule.run(subject))).rejects.toThrow();
  });
});
