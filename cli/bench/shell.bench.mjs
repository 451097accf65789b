// Running a command through a tool, beside Node's own spawn; and a lot of output.
import { spawn } from 'node:child_process';
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../kernel/bench/lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rustic-bench-'));
const kernel = await createKernel({
  contracts: standard,
  host: nodeHost({ cwd: folder }),
  plugins: [workspace, shell],
  rules: [{ effect: 'allow', action: 'exec', match: '**' }],
});
const run = kernel.use('tool').get('shell_run');
const plain = () => new Promise((resolve) => spawn('true', { cwd: folder }).on('close', resolve));
const own = () => run.invoke({ argv: ['true'] }, kernel.call());
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const more = [];
for (let round = 0; round < 60; round++) {
  const floor = await timed(plain);
  const ms = (await timed(own)) - floor;
  if (round >= 10) more.push(ms);
}
const ms = median(more);
console.log(`${ms <= 3 ? 'ok   ' : 'OVER '}shell_run of true: ${ms.toFixed(2)} ms over spawn (limit 3)`);
if (ms > 3) process.exitCode = 1;

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
const before = process.memoryUsage().rss;
const start = performance.now();
const { data } = await run.invoke({ command: 'head -c 2000000000 /dev/zero', timeoutMs: 600_000 }, kernel.call());
clearInterval(watch);
const grown = (peak - before) / 1e6;
const seconds = (performance.now() - start) / 1_000;
console.log(
  `${grown <= 200 ? 'ok   ' : 'OVER '}2 GB of output: ${grown.toFixed(0)} MB more memory (limit 200), ${seconds.toFixed(1)} s, ${data.truncatedBytes} bytes left out`,
);
if (grown > 200) process.exitCode = 1;
await kernel.dispose();
rmSync(folder, { recursive: true, force: true });
