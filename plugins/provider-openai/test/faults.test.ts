import { createTestKernel, describeModelFaults, type ModelWire } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { describe, it } from 'vitest';
import { hello } from './server.js';
import { wiresOf } from './wires.js';

const key = 'sk-very-secret-4f2a';
const under = (api: 'chat' | 'responses', wire: ModelWire) =>
  describe(`the ${api} protocol`, () =>
    describeModelFaults(
      {
        wire,
        key,
        request: hello,
        timeoutMs: 1_000,
        async open(url) {
          const options = { api, baseUrl: `${url}/v1`, models: ['m'], timeoutMs: 1_000, apiKey: { $env: 'MY_KEY' } };
          const kernel = await createTestKernel({
            plugins: [[openai, options]],
            host: { secrets: { read: async () => key } },
          });
          return {
            handle: kernel.use('model').get('openai/m'),
            logs: () => kernel.logs,
            close: () => kernel.dispose(),
          };
        },
      },
      { describe, it },
    ));
const wires = wiresOf('m-1');
under('chat', wires.chat);
under('responses', wires.responses);
