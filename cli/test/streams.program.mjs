// Asks one model so many times at once, in one process; prints whether each answer is its own, and what it took.
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import resilience from '@rustic-ai/plugin-policy-resilience';
import openai from '@rustic-ai/plugin-provider-openai';

const [, , baseUrl = '', count = '1'] = process.argv;
const kernel = await createKernel({
  contracts: standard,
  host: nodeHost(),
  plugins: [
    [openai, { baseUrl, models: ['m'] }],
    [resilience, { model: { retry: { attempts: 3, baseMs: 50, capMs: 60_000 } } }],
  ],
});
const model = kernel.use('model').get('openai/m');
const ask = async (id) => {
  const parts = [{ type: 'text', text: `id-${id}` }];
  const request = { model: 'openai/m', messages: [{ role: 'user', parts }], purpose: 'other' };
  let text = '';
  let reason = '';
  for await (const event of model.invoke(request, kernel.call())) {
    if (event.type === 'text') text += event.text;
    if (event.type === 'finish') ({ reason } = event);
  }
  return { id: `id-${id}`, words: [...new Set(text.trim().split(' '))], length: text.trim().split(' ').length, reason };
};
// The SDK is imported and the first connection made before anything is measured.
await ask('first');
const beforeBytes = process.memoryUsage.rss();
let peakBytes = beforeBytes;
const watch = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 20);
const startedMs = performance.now();
const answers = await Promise.all(Array.from({ length: Number(count) }, (_, id) => ask(id)));
clearInterval(watch);
const durationMs = Math.round(performance.now() - startedMs);
const mixed = answers.filter(({ id, words }) => words.length !== 1 || words[0] !== id);
const cut = answers.filter(({ length, reason }) => length !== answers[0].length || reason !== 'stop');
await kernel.dispose();
const megabytes = (bytes) => Math.round(bytes / 1e6);
process.stdout.write(
  `${JSON.stringify({ answers: answers.length, words: answers[0].length, mixed, cut, durationMs, beforeMb: megabytes(beforeBytes), peakMb: megabytes(peakBytes) })}\n`,
);
