import type { Json, Progress } from '@rustic-ai/kernel';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

async function openShell(options: { maxBytes?: number; answer?: 'once' | 'deny' } = {}) {
  const { maxBytes, answer = 'once' } = options;
  const kernel = await createTestKernel({
    plugins: [workspace, maxBytes === undefined ? shell : [shell, { maxBytes }]],
    answers: [{ outcome: answer }],
  });
  onTestFinished(() => kernel.dispose());
  const handle = kernel.use('tool').get('shell_run');
  const run = (input: Json, how: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {}) =>
    handle.invoke(input, kernel.call(), how);
  return { kernel, run };
}
const text = (said: string) => [{ type: 'text', text: said }];

describe('shell_run', () => {
  it('gives output and exit code, once the command was approved', async () => {
    const { kernel, run } = await openShell();
    const command = 'printf out; printf err >&2';
    expect(await run({ command })).toEqual({
      parts: text('out\n[stderr]\nerr\n[exit code 0]'),
      data: { exitCode: 0, timedOut: false, truncatedBytes: 0 },
    });
    expect(kernel.asks).toMatchObject([
      {
        accesses: [
          { action: 'tool', resource: 'shell_run' },
          { action: 'exec', resource: command },
        ],
        detail: { type: 'command', text: command },
      },
    ]);
  });

  it('does not run what was refused', async () => {
    const { kernel, run } = await openShell({ answer: 'deny' });
    await expect(run({ command: 'touch made' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    await expect(readFile(join(kernel.workspace, 'made'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells a failure with all of its output', async () => {
    const { run } = await openShell();
    expect(await run({ command: 'echo out; exit 3' })).toEqual({
      parts: text('out\n[exit code 3]'),
      data: { exitCode: 3, timedOut: false, truncatedBytes: 0 },
      error: {
        code: 'RUSTIC_EXEC_EXIT',
        message: 'The command ended with exit code 3.',
        fix: 'Read its output.',
        details: { exit: 'exit code 3' },
      },
    });
    expect(await run({ command: 'kill -9 $$' })).toMatchObject({
      parts: text('[signal SIGKILL]'),
      error: { code: 'RUSTIC_EXEC_EXIT', details: { exit: 'signal SIGKILL' } },
    });
  });

  it('stops at its time limit and keeps what came until then', async () => {
    const { run } = await openShell();
    const started = performance.now();
    expect(await run({ command: 'echo early; sleep 300 & wait', timeoutMs: 300 })).toMatchObject({
      parts: text('early\n[stopped after 300 ms]'),
      data: { timedOut: true },
      error: { code: 'RUSTIC_EXEC_TIMEOUT', details: { limitMs: 300 } },
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('runs where it is told to, with the stdin it is given', async () => {
    const { kernel, run } = await openShell();
    await mkdir(join(kernel.workspace, 'sub'));
    const said = `${join(kernel.workspace, 'sub')}\nhello\n[exit code 0]`;
    expect(await run({ command: 'pwd; cat', cwd: 'sub', stdin: 'hello' })).toMatchObject({ parts: text(said) });
    expect(await run({ command: 'cat' })).toMatchObject({ parts: text('[exit code 0]') });
    await expect(run({ command: 'pwd', cwd: '..' })).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
  });

  it('reports output while it runs, up to a limit', async () => {
    const { run } = await openShell();
    const reports: Progress[] = [];
    const onProgress = (progress: Progress) => reports.push(progress);
    await run({ command: 'echo one; sleep 0.1; echo two >&2' }, { onProgress });
    expect(reports).toEqual([
      { output: { stream: 'stdout', text: 'one\n' } },
      { output: { stream: 'stderr', text: 'two\n' } },
    ]);
    reports.length = 0;
    await run({ command: 'head -c 3000000 /dev/zero | tr "\\0" x' }, { onProgress });
    const all = reports.map(({ output }) => output?.text).join('');
    expect(all).toBe(`${'x'.repeat(1024 * 1024)}\n[… further output is not shown while it runs …]\n`);
  });

  it('keeps as much of the output as its option says', async () => {
    const { run } = await openShell({ maxBytes: 256 });
    const cut = await run({ command: 'printf %1000s x' });
    expect(cut).toEqual({
      parts: text(
        `${' '.repeat(128)}\n[… 744 bytes left out …]\n${' '.repeat(127)}x\n` +
          `[all of it, 1000 bytes: shell_output with ref "${cut.full?.ref}"]\n[exit code 0]`,
      ),
      data: { exitCode: 0, timedOut: false, truncatedBytes: 744 },
      full: { ref: expect.stringMatching(/^[0-9a-f]{8}$/), bytes: 1_000 },
    });
    const { run: unlimited } = await openShell();
    expect(await unlimited({ command: 'printf %1000s x' })).toMatchObject({ data: { truncatedBytes: 0 } });
  });

  it('ends with the signal of its call', async () => {
    const { run } = await openShell();
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const started = performance.now();
    await expect(
      run({ command: 'echo up; sleep 300' }, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('takes a program and its arguments as they are, and variables, which rules and people see', async () => {
    const { kernel, run } = await openShell();
    const argv = ['printf', '%s|', 'a b', "it's", '$HOME'];
    expect(await run({ argv, env: { GREETING: 'hi there' } })).toMatchObject({
      parts: text("a b|it's|$HOME|\n[exit code 0]"),
    });
    const line = "export GREETING='hi there'; printf %s'|' 'a b' 'it'\\''s' '$HOME'";
    expect(kernel.asks[0]?.detail).toEqual({ type: 'command', text: line.replace("%s'|'", "'%s|'") });
    expect(await run({ command: 'echo $GREETING', env: { GREETING: 'hi' } })).toMatchObject({
      parts: text('hi\n[exit code 0]'),
    });
    for (const input of [{}, { command: 'ls', argv: ['ls'] }])
      await expect(run(input)).rejects.toMatchObject({ code: 'RUSTIC_EXEC_FAILED' });
  });

  it('a variable that may decide what runs is covered by no rule for the command', async () => {
    const kernel = await createTestKernel({
      plugins: [workspace, shell],
      rules: [{ effect: 'allow', action: 'exec', match: 'git **' }],
    });
    onTestFinished(() => kernel.dispose());
    const handle = kernel.use('tool').get('shell_run');
    const denied = { code: 'RUSTIC_PERMISSION_DENIED' };
    expect(await handle.invoke({ argv: ['git', '--version'] }, kernel.call())).toMatchObject({ data: { exitCode: 0 } });
    for (const env of [{ PATH: '/tmp' }, { LD_PRELOAD: 'x.so' }, { GIT_SSH_COMMAND: 'touch x' }])
      await expect(handle.invoke({ argv: ['git', '--version'], env }, kernel.call())).rejects.toMatchObject(denied);
  });
});

describe('shell_output', () => {
  it('gives what was left out, in parts, to the session it belongs to', async () => {
    const { kernel, run } = await openShell({ maxBytes: 256 });
    const cut = await run({ command: 'seq 1 1000' });
    const ref = cut.full?.ref ?? '';
    const handle = kernel.use('tool').get('shell_output');
    const read = (input: object, session?: string) =>
      handle.invoke({ ref, ...input }, kernel.call(), session === undefined ? {} : { session });
    const whole = Array.from({ length: 1_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(await read({ length: 10_000 })).toMatchObject({ parts: text(`${whole}\n[bytes 0 to 3893 of 3893]`) });
    expect(await read({ offset: 3_888, length: 3 })).toMatchObject({
      parts: text('100\n[bytes 3888 to 3891 of 3893]'),
    });
    const unknown = { code: 'RUSTIC_OUTPUT_UNKNOWN' };
    await expect(read({}, 'other')).rejects.toMatchObject(unknown);
    await expect(read({ ref: '../../etc/passwd' })).rejects.toMatchObject(unknown);
  });

  it('keeps no more than it may, and says so; nothing is left when it is over', async () => {
    const kernel = await createTestKernel({
      plugins: [workspace, [shell, { maxBytes: 256, keepBytes: 1_000 }]],
      answers: [{ outcome: 'once' }],
    });
    const { full } = await kernel.use('tool').get('shell_run').invoke({ command: 'printf %5000s x' }, kernel.call());
    expect(full?.bytes).toBe(1_000);
    const output = kernel.use('tool').get('shell_output');
    const { data } = await output.invoke({ ref: full?.ref ?? '' }, kernel.call());
    expect(data).toEqual({ bytes: 1_000, lost: 4_000 });
    const { state } = (await kernel.service('host')).folders;
    expect(
      (await readdir(join(state, 'outputs'), { recursive: true })).some((name) => name.endsWith(full?.ref ?? '?')),
    ).toBe(true);
    await kernel.dispose();
    expect(await readdir(join(state, 'outputs')).catch(() => [])).toEqual([]);
  });
});
