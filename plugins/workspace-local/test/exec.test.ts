import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventually, isRunning, openWorkspace } from './helper.js';

const options = (over: object = {}) => ({
  timeLimitMs: 20_000,
  maxBytes: 64 * 1024,
  signal: new AbortController().signal,
  ...over,
});

describe('running', () => {
  it('gives output and exit code of a line and of a program', async () => {
    const { workspace, root } = await openWorkspace();
    expect(await workspace.exec({ line: 'echo out; echo err >&2; pwd; exit 3' }, options())).toEqual({
      exitCode: 3,
      stdout: `out\n${root}\n`,
      stderr: 'err\n',
      truncatedBytes: 0,
      timedOut: false,
    });
    expect(await workspace.exec({ argv: ['printf', '%s|', 'a b', '$HOME', ''] }, options())).toMatchObject({
      exitCode: 0,
      stdout: 'a b|$HOME||',
    });
  });

  it('names the signal that ended a command', async () => {
    const { workspace } = await openWorkspace();
    expect(await workspace.exec({ line: 'kill -SEGV $$' }, options())).toMatchObject({
      exitCode: null,
      signalName: 'SIGSEGV',
      timedOut: false,
    });
  });

  it('runs in a folder of the workspace only', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await mkdir(join(root, 'a'));
    await symlink(outside, join(root, 'way'));
    await writeFile(join(root, 'file'), '');
    expect(await workspace.exec({ line: 'pwd' }, options({ cwd: 'a' }))).toMatchObject({
      stdout: `${join(root, 'a')}\n`,
    });
    for (const [cwd, code] of [
      ['way', 'RUSTIC_FS_OUTSIDE'],
      ['..', 'RUSTIC_FS_OUTSIDE'],
      ['gone', 'RUSTIC_FS_MISSING'],
      ['file', 'RUSTIC_FS_NOT_A_DIRECTORY'],
    ] as const)
      await expect(workspace.exec({ line: 'pwd' }, options({ cwd }))).rejects.toMatchObject({
        code,
        details: { path: cwd },
      });
  });

  it('says which program is missing', async () => {
    const { workspace } = await openWorkspace();
    await expect(workspace.exec({ argv: ['no-such-program', 'x'] }, options())).rejects.toMatchObject({
      code: 'RUSTIC_EXEC_FAILED',
      details: { command: 'no-such-program', reason: 'ENOENT: no such file or directory' },
    });
    for (const argv of [[], [''], ['printf', 'a\0b'], ['printf', 'x'.repeat(10_000_000)]])
      await expect(workspace.exec({ argv }, options())).rejects.toMatchObject({ code: 'RUSTIC_EXEC_FAILED' });
  });

  it('closes stdin unless it is given', async () => {
    const { workspace } = await openWorkspace();
    expect(await workspace.exec({ line: 'read -r line; echo "got <$line>"' }, options())).toMatchObject({
      stdout: 'got <>\n',
    });
    expect(await workspace.exec({ line: 'cat' }, options({ stdin: 'größe' }))).toMatchObject({ stdout: 'größe' });
    expect(await workspace.exec({ line: 'cat' }, options({ stdin: '' }))).toMatchObject({ stdout: '', exitCode: 0 });
    expect(await workspace.exec({ line: 'true' }, options({ stdin: 'x'.repeat(5_000_000) }))).toMatchObject({
      exitCode: 0,
    });
  });

  it('hands on a small part of the environment, and no start-up file', async () => {
    const variables: Record<string, string> = { PATH: '/usr/bin:/bin', SECRET_KEY: 's3cret', LANG: 'C', BASH_ENV: 'x' };
    const { workspace, root } = await openWorkspace((allow) =>
      Object.fromEntries(allow.flatMap((name) => (variables[name] ? [[name, variables[name]]] : []))),
    );
    await writeFile(join(root, 'start.sh'), 'echo started');
    const env = { EXTRA: '1', BASH_ENV: join(root, 'start.sh'), 'BASH_FUNC_ls%%': '() { echo ours; }' };
    const { stdout } = await workspace.exec({ line: 'ls; env' }, options({ env }));
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names[0]).toBe('start.sh');
    expect(names).toContain('EXTRA');
    expect(names).toContain('LANG');
    expect(names).not.toContain('SECRET_KEY');
    expect(names).not.toContain('BASH_ENV');
  });
});

describe('output', () => {
  it('comes in chunks while the command runs', async () => {
    const { workspace } = await openWorkspace();
    const chunks: object[] = [];
    const line = 'echo one; sleep 0.2; echo two >&2';
    await workspace.exec({ line }, options({ onOutput: (chunk: object) => chunks.push(chunk) }));
    expect(chunks).toEqual([
      { stream: 'stdout', text: 'one\n' },
      { stream: 'stderr', text: 'two\n' },
    ]);
  });

  it('joins characters that arrive in pieces and replaces invalid ones', async () => {
    const { workspace } = await openWorkspace();
    const texts: string[] = [];
    const onOutput = ({ text }: { text: string }) => texts.push(text);
    const line = String.raw`printf '\xe2\x82'; sleep 0.1; printf '\xac|\xff|'; sleep 0.1; printf '\xf0\x9f'`;
    const { stdout } = await workspace.exec({ line }, options({ onOutput }));
    expect(stdout).toBe('€|\uFFFD|\uFFFD');
    expect(texts.join('')).toBe(stdout);
  });

  it('keeps head and tail and counts exactly what is left out', async () => {
    const { workspace } = await openWorkspace();
    const { stdout, stderr, truncatedBytes } = await workspace.exec(
      { line: 'seq 1 100000; printf 12345678901 >&2' },
      options({ maxBytes: 10 }),
    );
    // 588,895 bytes of numbers, 11 of errors; 10 of each are kept.
    expect(stdout).toBe('1\n2\n3\n[… 588885 bytes left out …]\n0000\n');
    expect(stderr).toBe('12345\n[… 1 bytes left out …]\n78901');
    expect(truncatedBytes).toBe(588_886);
  });

  it('cuts between characters', async () => {
    const { workspace } = await openWorkspace();
    const { stdout, truncatedBytes } = await workspace.exec(
      { line: `printf '€%.0s' {1..100}` },
      options({ maxBytes: 10 }),
    );
    expect(stdout).toBe('€\n[… 294 bytes left out …]\n€');
    expect(truncatedBytes).toBe(294);
  });

  it('of a command without end stays flat in memory', { timeout: 30_000 }, async () => {
    const { workspace } = await openWorkspace();
    const before = process.memoryUsage.rss();
    const result = await workspace.exec({ line: 'yes' }, options({ timeLimitMs: 2_000, maxBytes: 1_000 }));
    expect(result).toMatchObject({ timedOut: true, exitCode: null, signalName: 'SIGTERM' });
    expect(result.stdout.length).toBeLessThan(1_100);
    expect(result.truncatedBytes).toBeGreaterThan(50_000_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  });
});

describe('stopping', () => {
  it('ends grandchildren at the time-out', async () => {
    const { workspace } = await openWorkspace();
    const started = performance.now();
    const result = await workspace.exec({ line: 'sleep 300 & echo $!; wait' }, options({ timeLimitMs: 300 }));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(result).toMatchObject({ timedOut: true });
    await eventually(async () => !(await isRunning(Number(result.stdout))));
  });

  it('returns when a grandchild ignores SIGTERM, or has left the group and holds the pipe', async () => {
    const { workspace } = await openWorkspace();
    const started = performance.now();
    const [stubborn, escaped] = await Promise.all([
      workspace.exec(
        { line: `trap '' TERM; (trap '' TERM; sleep 300) & echo $!; wait` },
        options({ timeLimitMs: 300 }),
      ),
      workspace.exec({ line: 'setsid sleep 3 & echo $!; wait' }, options({ timeLimitMs: 300 })),
    ]);
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(stubborn).toMatchObject({ timedOut: true, signalName: 'SIGKILL' });
    expect(escaped).toMatchObject({ timedOut: true });
    await eventually(async () => !(await isRunning(Number(stubborn.stdout))));
  });

  it('leaves nothing behind of a command that ends by itself', async () => {
    const { workspace } = await openWorkspace();
    const result = await workspace.exec({ line: 'sleep 300 >/dev/null 2>&1 & echo $!' }, options());
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    await eventually(async () => !(await isRunning(Number(result.stdout))));
  });

  it('waits for the output of what runs in the background', async () => {
    const { workspace } = await openWorkspace();
    expect(await workspace.exec({ line: '(sleep 0.2; echo late) & echo early' }, options())).toMatchObject({
      stdout: 'early\nlate\n',
    });
  });

  it('follows the signal', async () => {
    const { workspace } = await openWorkspace();
    const controller = new AbortController();
    let pid = 0;
    const onOutput = ({ text }: { text: string }) => {
      pid = Number(text);
      controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    const line = 'sleep 300 & echo $!; wait';
    await expect(workspace.exec({ line }, options({ signal, onOutput }))).rejects.toThrow('enough');
    await eventually(async () => !(await isRunning(pid)));
    await expect(workspace.exec({ line }, options({ signal }))).rejects.toThrow('enough');
  });

  it('stops when nobody can take its output', async () => {
    const { workspace } = await openWorkspace();
    const onOutput = () => {
      throw new Error('deaf');
    };
    await expect(workspace.exec({ line: 'yes' }, options({ onOutput }))).rejects.toThrow('deaf');
  });

  it('ends with the plugin', async () => {
    const { workspace, dispose } = await openWorkspace();
    const told = Promise.withResolvers<number>();
    const onOutput = ({ text }: { text: string }) => told.resolve(Number(text));
    const running = workspace.exec({ line: 'sleep 300 & echo $!; wait' }, options({ onOutput }));
    const pid = await told.promise;
    await dispose();
    expect(await running).toMatchObject({ signalName: 'SIGTERM', timedOut: false });
    await eventually(async () => !(await isRunning(pid)));
  });

  it('ends with the host', async () => {
    const program = fileURLToPath(new URL('exit.program.mjs', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    await once(child, 'exit');
    await eventually(async () => !(await isRunning(Number(chunk.toString()))));
  });
});
