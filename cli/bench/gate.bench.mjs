// A call through three hooks, twenty rules and the audit log in SQLite, beside an awaited function call.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel, definePlugin } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { defineManifest } from '@rustic-ai/kernel/schema';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import { median } from '../../kernel/bench/lib.mjs';

const manifest = defineManifest({
  id: 'bench-gate',
  contributes: {
    tool: { noop: { summary: 'Nothing', effects: { kind: 'read', idempotent: true, openWorld: false } } },
    hook: { 'tool.call': {}, 'tool.result': {}, 'tool.called': {} },
  },
});
const result = { parts: [] };
const nothing = () => undefined;
const plugin = definePlugin({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    tool: { noop: { run: async () => result } },
    hook: { 'tool.call': nothing, 'tool.result': nothing, 'tool.called': nothing },
  }),
});
const folder = mkdtempSync(join(tmpdir(), 'rustic-bench-'));
const rules = [
  ...Array.from({ length: 19 }, (_, index) => ({ effect: 'deny', action: 'tool', match: `other_${index}` })),
  { effect: 'allow', action: 'tool', match: 'noop' },
];
const kernel = await createKernel({
  contracts: standard,
  host: nodeHost({ cwd: folder }),
  plugins: [plugin, [sqlite, { path: join(folder, 'bench.db') }]],
  rules,
});
const noop = kernel.use('tool').get('noop');
const input = {};
const plain = async () => result;

/** Unit: ns, of every single call; the event loop turns in between, as it does between the calls of an agent. */
async function samples(work, times) {
  const all = new Float64Array(times);
  for (let index = 0; index < times; index++) {
    const start = performance.now();
    await work(input);
    all[index] = (performance.now() - start) * 1e6;
    if (index % 32 === 0) await new Promise(setImmediate);
  }
  return all.toSorted();
}
/** Unit: ns. */
async function floor(times) {
  const start = performance.now();
  for (let index = 0; index < times; index++) await plain(input);
  return ((performance.now() - start) * 1e6) / times;
}
const rounds = [];
for (let round = 0; round < 25; round++) {
  const low = await floor(20_000);
  // What reading the clock costs is no part of a call: it stands in every sample, and in the floor not at all.
  const clock = (await samples(plain, 4_000))[2_000] - low;
  const all = await samples((given) => noop.invoke(given), 4_000);
  if (round >= 5) rounds.push({ low, p50: all[2_000] - clock, p99: all[3_960] - clock });
}
const [p50, p99] = ['p50', 'p99'].map((name) => median(rounds.map((round) => round[name])));
const ratio = median(rounds.map((round) => round.p50 / round.low));
console.log(
  `${ratio <= 60 ? 'ok   ' : 'OVER '}invoke with 3 hooks, 20 rules and the audit in SQLite: ${ratio.toFixed(1)} x an awaited call (limit 60); p50 ${p50.toFixed(0)} ns, p99 ${p99.toFixed(0)} ns`,
);
if (ratio > 60) process.exitCode = 1;
await kernel.dispose();
rmSync(folder, { recursive: true, force: true });
