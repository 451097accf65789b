// One measurement in a fresh process: node providers.mjs <who> <vendor> <url>. Prints one JSON line.
// who: floor (the vendor's SDK, iterated by hand) or rustic (the provider through a handle of the kernel).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [who, vendor, url] = process.argv.slice(2);
const rounds = 7;
const expected = 20_000 * 8;
const model = 'bench';
const messages = [{ role: 'user', content: 'go' }];

/** By vendor: its plugin, its options, and how its SDK is iterated by hand. */
const vendors = {
  openai: {
    plugin: 'openai',
    options: { baseUrl: `${url}/v1` },
    async floor(sdk) {
      const client = new (await sdk('openai')).default({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
      return async (each) => {
        for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true }))
          each(choices[0]?.delta.content);
      };
    },
  },
  responses: {
    plugin: 'openai',
    options: { baseUrl: `${url}/v1`, api: 'responses' },
    async floor(sdk) {
      const client = new (await sdk('openai')).default({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
      return async (each) => {
        for await (const event of await client.responses.create({ model, input: 'go', stream: true }))
          if (event.type === 'response.output_text.delta') each(event.delta);
      };
    },
  },
  anthropic: {
    plugin: 'anthropic',
    options: { baseUrl: url },
    async floor(sdk) {
      const client = new (await sdk('@anthropic-ai/sdk')).default({ baseURL: url, apiKey: 'none', maxRetries: 0 });
      return async (each) => {
        for await (const event of await client.messages.create({ model, max_tokens: 9, messages, stream: true }))
          if (event.type === 'content_block_delta') each(event.delta.text);
      };
    },
  },
  google: {
    plugin: 'google',
    options: { baseUrl: url },
    async floor(sdk) {
      const httpOptions = { baseUrl: url, apiVersion: 'v1beta' };
      const client = new (await sdk('@google/genai')).GoogleGenAI({ apiKey: 'none', httpOptions });
      return async (each) => {
        for await (const { candidates } of await client.models.generateContentStream({ model, contents: 'go' }))
          each(candidates?.[0]?.content?.parts?.[0]?.text);
      };
    },
  },
  ollama: {
    plugin: 'ollama',
    options: { baseUrl: url },
    async floor(sdk) {
      const client = new (await sdk('ollama')).Ollama({ host: url });
      return async (each) => {
        for await (const { message } of await client.chat({ model, messages, stream: true })) each(message.content);
      };
    },
  },
};
const { plugin, options, floor } = vendors[vendor];
const folder = join(import.meta.dirname, `../../plugins/provider-${plugin}`);

async function byHand() {
  const { resolve } = createRequire(join(folder, 'package.json'));
  return floor((name) => import(pathToFileURL(resolve(name)).href));
}
async function throughKernel() {
  const { createTestKernel } = await import('@rustic-ai/kernel/testing');
  const { default: provider } = await import(pathToFileURL(join(folder, 'dist/index.js')).href);
  const given = { ...options, models: [model], apiKey: { $env: 'BENCH_KEY' } };
  const kernel = await createTestKernel({
    plugins: [[provider, given]],
    host: { secrets: { read: async () => 'none' } },
  });
  const handle = kernel.use('model').get(`${plugin}/${model}`);
  const parts = [{ type: 'text', text: 'go' }];
  return async (each) => {
    for await (const event of handle.invoke({ model, purpose: 'turn', messages: [{ role: 'user', parts }] }))
      if (event.type === 'text') each(event.text);
  };
}

const texts = await (who === 'floor' ? byHand() : throughKernel());
const times = [];
const firsts = [];
for (let round = 0; round <= rounds; round++) {
  const start = performance.now();
  let first = 0;
  let length = 0;
  await texts((text) => {
    if (!text) return;
    first ||= performance.now() - start;
    length += text.length;
  });
  times.push(performance.now() - start);
  firsts.push(first);
  if (length !== expected) throw new Error(`${who} ${vendor}: ${length} characters`);
}
const warm = (values) => values.slice(1).toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms: warm(times), firstMs: warm(firsts), peakMb }));
process.exit(0);
