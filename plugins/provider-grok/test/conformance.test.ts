import { fileURLToPath } from 'node:url';
import {
  collect,
  createTestKernel,
  describeModel,
  describeModelFaults,
  startFaultServer,
  startModelMock,
} from '@rustic-ai/kernel/testing';
import grok from '@rustic-ai/plugin-provider-grok';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { wiresOf } from '../../provider-openai/test/wires.js';

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());

const key = 'xai-very-secret-4f2a';
const name = 'grok-4.3';
const requests = mock.requests(`grok/${name}`);
async function open(url: string, api: 'chat' | 'responses', model = name) {
  const options = { api, baseUrl: `${url}/v1`, models: [model], timeoutMs: 1_000, apiKey: { $env: 'MY_KEY' } };
  const kernel = await createTestKernel({ plugins: [[grok, options]], host: { secrets: { read: async () => key } } });
  return {
    handle: kernel.use('model').get(`grok/${model}`),
    logs: () => kernel.logs,
    close: () => kernel.dispose(),
  };
}

/** Source: xAI, API reference, "Chat completions" and "Responses", 2026-11: both are OpenAI's. */
const wires = wiresOf(name);

describe.each(['chat', 'responses'] as const)('the %s protocol', (api) => {
  describeModel({ ...requests, open: () => open(mock.url, api) }, { describe, it });
  describeModelFaults(
    { wire: wires[api], key, request: requests.text, timeoutMs: 1_000, open: (url) => open(url, api) },
    { describe, it },
  );
});

describe('a model', () => {
  it.each([
    ['grok-4.20-reasoning', { stop: ['END'] }, 'stop'],
    ['grok-4.20-non-reasoning', { reasoning: { effort: 'low' } }, 'reasoning'],
  ] as const)('%s names what it does not take', async (model, more, parameter) => {
    const { handle, close } = await open('http://127.0.0.1:1', 'chat', model);
    onTestFinished(close);
    await expect(collect(handle.invoke({ ...requests.text, ...more }))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_INVALID_REQUEST',
      details: { parameter },
    });
  });

  it('gives its tokens as an estimate: the vendor does not count them', async () => {
    const server = await startFaultServer((response) => response.end());
    onTestFinished(() => server.close());
    const { handle, close } = await open(server.url, 'chat');
    onTestFinished(close);
    expect((await collect(handle.invoke({ ...requests.text, countTokens: true }))).at(-1)).toMatchObject({
      usage: { estimated: true },
    });
    expect(server.asked).toEqual([]);
  });
});
