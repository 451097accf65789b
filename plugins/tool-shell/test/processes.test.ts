import type { Json } from '@rustic-ai/kernel';
import { textOf, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';

async function open(
  options: Readonly<Record<string, number>> = {},
  rules: Parameters<typeof createTestKernel>[0]['rules'] = undefined,
) {
  const kernel = await createTestKernel({
    plugins: [workspace, [shell, options]],
    ...(rules ? { rules } : { answers: [{ outcome: 'once' }] }),
  });
  onTestFinished(() => kernel.dispose());
  const use = (tool: string, input: Json, session?: string) =>
    kernel
      .use('tool')
      .get(`process_${tool}`)
      .invoke(input, kernel.call(), session === undefined ? {} : { session });
  return { kernel, use };
}
interface Data {
  readonly id: string;
  readonly pid: number;
  readonly running: boolean;
  readonly exitCode?: number;
  readonly next: number;
}
const dataOf = ({ data }: ToolResult) => data as unknown as Data;
const said = ({ parts }: ToolResult) => textOf(parts);
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

describe('a process in the background', () => {
  it('is started, listed, read from where one left off, and stopped with all it started', async () => {
    const { use } = await open();
    const { id, pid } = dataOf(await use('start', { command: 'echo up; sleep 300 & echo $!; wait' }));
    const first = await use('logs', { id, waitMs: 5_000 });
    let text = said(first);
    let { next } = dataOf(first);
    while (!/^up$[^]*^\d+$/m.test(text)) {
      const more = await use('logs', { id, from: next, waitMs: 5_000 });
      text += `\n${said(more)}`;
      ({ next } = dataOf(more));
    }
    const child = Number(/^(\d+)$/m.exec(text)?.[1]);
    expect(said(await use('list', {}))).toMatch(
      /^p1 runs for \d+\.\d s \(pid \d+\): echo up; sleep 300 & echo \$!; wait$/,
    );
    expect(said(await use('logs', { id, from: next }))).toMatch(/^\[p1 runs for .*; go on from \d+\]$/);
    expect([await isRunning(pid), await isRunning(child)]).toEqual([true, true]);
    expect(dataOf(await use('stop', { id }))).toMatchObject({ running: false });
    expect([await isRunning(pid), await isRunning(child)]).toEqual([false, false]);
    expect(said(await use('list', {}))).toMatch(/^p1 ended with SIGTERM after/);
  });

  it('reads what it is given; the question shows what and to whom', async () => {
    const { kernel, use } = await open();
    const { id } = dataOf(await use('start', { command: 'cat; echo over; exit 4' }));
    expect(said(await use('write', { id, text: "it's\n", waitMs: 5_000 }))).toMatch(/^it's\n\[p1 runs/);
    expect(kernel.asks.at(-1)).toMatchObject({
      accesses: [
        { action: 'tool', resource: 'process_write' },
        { action: 'exec', resource: "printf %s 'it'\\''s\n' | cat; echo over; exit 4" },
      ],
    });
    await use('write', { id, text: '', end: true });
    for (let over = false; !over; over = !dataOf(await use('logs', { id, from: 1e9, waitMs: 1_000 })).running);
    expect(dataOf(await use('logs', { id }))).toMatchObject({ running: false, exitCode: 4 });
    await expect(use('write', { id, text: 'more' })).rejects.toMatchObject({ code: 'RUSTIC_EXEC_CLOSED' });
  });

  it('is not typed into past the rules: text for a shell is a command', async () => {
    const { use } = await open({}, [{ effect: 'allow', action: 'exec', match: 'cat' }]);
    const cat = dataOf(await use('start', { command: 'cat' }));
    await expect(use('start', { command: 'bash' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    const denied = { code: 'RUSTIC_PERMISSION_DENIED' };
    await expect(use('write', { id: cat.id, text: 'touch x\n' })).rejects.toMatchObject(denied);
  });

  it('belongs to its session', async () => {
    const { use } = await open();
    const { id } = dataOf(await use('start', { command: 'sleep 300' }, 'a'));
    const unknown = { code: 'RUSTIC_PROCESS_UNKNOWN' };
    for (const tool of ['logs', 'stop']) await expect(use(tool, { id }, 'b')).rejects.toMatchObject(unknown);
    await expect(use('write', { id, text: 'x' }, 'b')).rejects.toBeDefined();
    expect(said(await use('list', {}, 'b'))).toBe('No process was started in this session.');
    expect(said(await use('list', {}, 'a'))).toContain('sleep 300');
  });

  it('is gone with the kernel, and only so many run', async () => {
    const { kernel, use } = await open({ maxProcesses: 2 });
    const pids = [];
    for (const _ of [1, 2]) pids.push(dataOf(await use('start', { command: "trap '' TERM HUP; sleep 300" })).pid);
    await expect(use('start', { command: 'sleep 1' })).rejects.toMatchObject({
      code: 'RUSTIC_PROCESS_MANY',
      details: { count: 2 },
    });
    await kernel.dispose();
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]);
  });

  it('keeps the newest of what it wrote, and says what is gone', async () => {
    const { use } = await open({ logChars: 1_024 });
    const { id } = dataOf(await use('start', { command: 'seq 1 20000' }));
    for (let over = false; !over; over = !dataOf(await use('logs', { id, from: 1e9, waitMs: 1_000 })).running);
    const read = await use('logs', { id, length: 100_000 });
    expect(said(read)).toMatch(
      /^\[… \d+ characters before this are no longer kept …\]\n[\d\n]*\n20000\n\[p1 ended with exit code 0/,
    );
    expect(dataOf(read).next).toBe(108_894);
  });
});

describe('a process in a terminal', () => {
  it('sees one, of the size it is given, and keys', async () => {
    const { use } = await open();
    const command = "trap 'stty size' WINCH; trap 'echo caught' INT; tty; stty size; while :; do sleep 0.05; done";
    const { id } = dataOf(await use('start', { command, terminal: { columns: 100, rows: 30 } }));
    const until = async (pattern: RegExp) => {
      for (let from = 0, all = ''; ;) {
        const read = await use('logs', { id, from, waitMs: 5_000 });
        all += said(read);
        from = dataOf(read).next;
        if (pattern.test(all)) return all;
        if (!dataOf(read).running) throw new Error(all);
      }
    };
    expect(await until(/30 100/)).toMatch(/^\/dev\/pts\/\d+\r\n/);
    await use('resize', { id, columns: 90, rows: 20 });
    await until(/20 90/);
    await use('write', { id, text: '\u0003' });
    await until(/caught/);
    expect(dataOf(await use('stop', { id }))).toMatchObject({ running: false });
  });

  it('tells how it ended', async () => {
    const { use } = await open();
    const { id } = dataOf(await use('start', { command: 'read line; echo "got $line"; exit 3', terminal: {} }));
    await use('write', { id, text: 'this\r' });
    for (let over = false; !over; over = !dataOf(await use('logs', { id, from: 1e9, waitMs: 1_000 })).running);
    const read = await use('logs', { id });
    expect(said(read)).toContain('got this\r\n');
    expect(dataOf(read)).toMatchObject({ running: false, exitCode: 3 });
  });
});
