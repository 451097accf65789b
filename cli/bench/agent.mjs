// One measurement in a fresh process: node agent.mjs <who> <what> <base url>. Prints one JSON line.
// who: floor (the raw SDK) or rustic (the whole path: gate, hooks, a session on disk). what: loop, loop-stream, chunks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [who, what, baseURL] = process.argv.slice(2);
const turns = 50;
const pieces = 20_000;
const rounds = what === 'chunks' ? 5 : 7;
const model = what === 'chunks' ? `bench n${pieces}` : `bench k${turns}`;
const streaming = what !== 'loop';
const folder = mkdtempSync(join(tmpdir(), 'rustic-bench-'));

async function floor() {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
  const parameters = { type: 'object', properties: { i: { type: 'number' } }, required: ['i'] };
  const tools = [{ type: 'function', function: { name: 'noop', description: 'Does nothing', parameters } }];
  const ask = async (messages) => {
    if (!streaming) return (await client.chat.completions.create({ model, messages, tools })).choices[0].message;
    let content = '';
    const calls = [];
    for await (const { choices } of await client.chat.completions.create({ model, messages, tools, stream: true })) {
      const delta = choices[0]?.delta;
      if (delta?.content) content += delta.content;
      for (const { index, id, function: called } of delta?.tool_calls ?? []) {
        const call = (calls[index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } });
        call.id += id ?? '';
        call.function.name += called?.name ?? '';
        call.function.arguments += called?.arguments ?? '';
      }
    }
    return { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) };
  };
  return async () => {
    const messages = [{ role: 'user', content: 'go' }];
    for (let calls = 0; ; calls++) {
      const message = await ask(messages);
      messages.push(message);
      if (!message.tool_calls) return { calls, text: message.content };
      for (const { id, function: called } of message.tool_calls)
        messages.push({ role: 'tool', tool_call_id: id, content: JSON.parse(called.arguments).i >= 0 ? 'ok' : '' });
    }
  };
}

async function rustic() {
  const [kernelModule, { standard }, { nodeHost }, { defineManifest, Type }] = await Promise.all(
    ['@rustic-ai/kernel', '@rustic-ai/kernel/contracts', '@rustic-ai/kernel/node', '@rustic-ai/kernel/schema'].map(
      (name) => import(name),
    ),
  );
  const { createKernel, definePlugin } = kernelModule;
  const [agentLoop, sessionLog, sqlite, openai] = (
    await Promise.all(
      ['agent-loop', 'session-log', 'storage-sqlite', 'provider-openai'].map(
        (name) => import(`@rustic-ai/plugin-${name}`),
      ),
    )
  ).map((module) => module.default);
  const manifest = defineManifest({
    id: 'bench-tool',
    contributes: {
      tool: {
        noop: {
          summary: 'Does nothing',
          input: Type.Object({ i: Type.Number() }),
          effects: { kind: 'none', idempotent: true, openWorld: false },
        },
      },
      hook: { 'tool.called': {}, 'prompt.build': {} },
    },
  });
  let calls = 0;
  const tool = definePlugin({
    manifest: async () => ({ default: manifest }),
    setup: () => ({
      tool: { noop: { run: async ({ i }) => ({ parts: [{ type: 'text', text: i >= 0 ? 'ok' : '' }] }) } },
      hook: { 'tool.called': () => void calls++, 'prompt.build': (prompt) => prompt },
    }),
  });
  const kernel = await createKernel({
    contracts: standard,
    host: nodeHost({ cwd: folder }),
    plugins: [
      [agentLoop, { maxSteps: 100, stream: streaming }],
      sessionLog,
      [sqlite, { path: join(folder, 'bench.db') }],
      [openai, { baseUrl: baseURL, models: [model] }],
      tool,
    ],
    bind: { model: `openai/${model}` },
  });
  return async () => {
    calls = 0;
    let text = '';
    for await (const event of kernel.use('agent').default.invoke({ prompt: 'go' }, kernel.call())) {
      if (event.type === 'item.delta') text += event.text;
      if (event.type === 'run.completed' && event.status !== 'ok') throw new Error(JSON.stringify(event));
    }
    return { calls, text };
  };
}

const run = await (who === 'floor' ? floor() : rustic());
const times = [];
for (let round = 0; round <= rounds; round++) {
  const start = performance.now();
  const { calls, text } = await run();
  times.push(performance.now() - start);
  const expected = what === 'chunks' ? text.length === pieces * 8 : calls === turns && text.includes('t19');
  if (!expected) throw new Error(`${who} ${what}: ${calls} calls, ${text.length} characters`);
}
const warm = times.slice(1).toSorted((a, b) => a - b);
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms: warm[Math.floor(warm.length / 2)], coldMs: times[0], peakMb }));
rmSync(folder, { recursive: true, force: true });
process.exit(0);
