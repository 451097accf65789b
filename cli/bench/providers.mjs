// One measurement in a fresh process: node providers.mjs <who> <vendor> <url>. Prints one JSON line.
// who: floor (the vendor's SDK, iterated by hand), rustic (the provider through a handle of the kernel), or slow (rustic,
// where whoever reads an endless answer takes his time; with --expose-gc).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [who, vendor, url] = process.argv.slice(2);
const rounds = 7;
/** What is filled once, every buffer on the way, is full by then. */
const settleMs = 1_000;
const expected = 20_000 * 8;
const model = 'bench';
const messages = [{ role: 'user', content: 'go' }];

const chat = {
  options: { baseUrl: `${url}/v1` },
  async floor(sdk) {
    const client = new (await sdk('openai')).default({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    return async (each) => {
      for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true }))
        each(choices[0]?.delta.content);
    };
  },
};
/** By vendor: its plugin, its options, and how its SDK is iterated by hand. */
const vendors = {
  openai: { plugin: 'openai', ...chat },
  grok: { plugin: 'grok', ...chat },
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
      if (event.type === 'text') await each(event.text);
  };
}

/** How much memory grows while an endless answer is read slowly. Unit: MB. */
async function growthMb(read) {
  const usedMb = () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
  const samples = [];
  const startMs = performance.now();
  const enough = new Error('enough');
  let next = settleMs;
  try {
    await read(async () => {
      await setTimeout(5);
      if (performance.now() - startMs < next) return;
      samples.push(usedMb());
      next += 100;
      if (samples.length > 21) throw enough;
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  // The first collection still finds what start-up left.
  const [, settled, ...later] = samples;
  return Math.max(0, Math.max(...later) - settled);
}

const texts = await (who === 'floor' ? byHand() : throughKernel());
if (who === 'slow') {
  console.log(JSON.stringify({ growthMb: await growthMb(texts) }));
  process.exit(0);
}
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
