import { createTestKernel } from '@rustic-ai/kernel/testing';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** A number that no other process sleeps for. */
const forever = 31_536_000 + process.pid;
const shapes = [
  `sleep ${forever} &`,
  `sleep ${forever} & wait`,
  `setsid sleep ${forever} &`,
  `setsid sh -c 'sleep ${forever} & sleep ${forever}' & wait`,
  `trap '' TERM HUP; sleep ${forever}`,
  `exec <&- >&- 2>&-; sleep ${forever} & true`,
  `nohup sleep ${forever} > /dev/null 2>&1 &`,
  `(sleep ${forever} & (sleep ${forever} &)); exit 3`,
  `echo done`,
  `kill -9 $$`,
];
async function survivors(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return lines.filter((line) => line.includes(String(forever)));
}

it('leaves no process behind after 500 commands that try to', async () => {
  const kernel = await createTestKernel({ plugins: [workspace, shell], answers: [{ outcome: 'once' }] });
  const run = kernel.use('tool').get('shell_run');
  let count = 0;
  const lane = async () => {
    for (let index = count++; index < 500; index = count++) {
      const command = shapes[index % shapes.length] ?? '';
      const controller = new AbortController();
      const cancelled = index % 7 === 0;
      if (cancelled) setTimeout(() => controller.abort(), 30);
      const input = { command, timeoutMs: 60, ...(index % 3 === 0 && { stdin: 'x'.repeat(100_000) }) };
      await run.invoke(input, kernel.call(), { signal: controller.signal }).catch((error: { code: string }) => {
        expect([cancelled, error.code]).toEqual([true, 'RUSTIC_OPERATION_ABORTED']);
      });
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  await kernel.dispose();
  expect(await survivors()).toEqual([]);
});
