import { createTestKernel } from '@rustic-ai/kernel/testing';
import type { ExecOptions } from '@rustic-ai/kernel/contracts';
import plugin from '@rustic-ai/plugin-workspace-local';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually, isRunning } from './helper.js';

const options = (over: Partial<ExecOptions> = {}): ExecOptions => ({
  timeLimitMs: 20_000,
  maxBytes: 64 * 1024,
  signal: new AbortController().signal,
  ...over,
});
async function open(config: Readonly<Record<string, string | boolean>>, path?: string) {
  const host = path === undefined ? {} : { host: { env: () => ({ PATH: path }) } };
  const kernel = await createTestKernel({ plugins: [[plugin, config]], ...host });
  onTestFinished(() => kernel.dispose());
  const workspace = await kernel.service('workspace');
  const health = async () => (await kernel.hooks.collect('health.check', { online: false }))[0];
  return { kernel, workspace, health };
}
/** A folder without bubblewrap in it, but with bash. */
async function bare(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-bin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'bash'), '#!/bin/sh\nexec /bin/bash "$@"\n', { mode: 0o755 });
  return folder;
}

describe('a command in the sandbox', () => {
  it('writes to the workspace and to a /tmp of its own, and nowhere else', async () => {
    const outside = await mkdtemp('/var/tmp/rustic-outside-');
    onTestFinished(() => rm(outside, { recursive: true }));
    const { workspace } = await open({ sandbox: 'require' });
    const line = `pwd; echo in > made; echo tmp > /tmp/own && cat /tmp/own; echo out > ${outside}/made; echo "$?"`;
    const { stdout, stderr } = await workspace.exec({ line }, options());
    expect(stdout).toBe(`${workspace.root}\ntmp\n1\n`);
    expect(stderr).toContain('Read-only file system');
    expect(await readFile(join(workspace.root, 'made'), 'utf8')).toBe('in\n');
    await expect(readFile('/tmp/own')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('has network only where that is allowed, and sees no other process', async () => {
    const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const line = `ps -A 2>/dev/null | wc -l; cat < /dev/tcp/127.0.0.1/${port}`;
    const { workspace: without } = await open({ sandbox: 'require' });
    expect((await without.exec({ line }, options())).stdout).not.toContain('reached');
    const { workspace: online } = await open({ sandbox: 'require', network: true });
    expect((await online.exec({ line }, options())).stdout).toContain('reached');
    expect((await online.exec({ line: `kill -0 ${process.pid}` }, options())).exitCode).toBe(1);
  });

  it('ends with all it started, also what left its session and cleared its environment', async () => {
    const { workspace } = await open({ sandbox: 'require' });
    const line = 'env -i /usr/bin/setsid /bin/sleep 7654 & echo started; wait';
    const { timedOut } = await workspace.exec({ line }, options({ timeLimitMs: 300 }));
    expect(timedOut).toBe(true);
    const found = await open({});
    await eventually(async () => {
      const { stdout } = await found.workspace.exec({ argv: ['pgrep', '-fx', '/bin/sleep 7654'] }, options());
      return stdout === '';
    });
  });

  it('can be given a terminal, and answers with how it ended', async () => {
    const { workspace } = await open({ sandbox: 'require' });
    let text = '';
    const started = await workspace.start(
      { line: 'stty size; echo x > /etc/made; exit 5' },
      {
        terminal: { columns: 70, rows: 20 },
        signal: new AbortController().signal,
        onOutput: (chunk) => (text += chunk.text),
      },
    );
    expect(await started.ended).toEqual({ exitCode: 5 });
    expect(text).toMatch(/^20 70\r\n.*Read-only file system/s);
  });
});

describe('the sandbox', () => {
  it.each([
    [{}, true, /^off: commands run with all rights/],
    [{ sandbox: 'auto' }, true, /^bubblewrap: .* without network$/],
    [{ sandbox: 'require', network: true }, true, /^bubblewrap: .* with network$/],
  ])('says what it is: %j', async (config, ok, note) => {
    const { health } = await open(config);
    expect(await health()).toMatchObject({ name: 'sandbox of workspace-local', ok, note: expect.stringMatching(note) });
  });

  it('that is not there lets commands run when it may be left out, and none when it is required', async () => {
    const path = await bare();
    const { workspace: without, health: told } = await open({ sandbox: 'auto' }, path);
    expect(await without.exec({ line: 'echo ran' }, options())).toMatchObject({ stdout: 'ran\n' });
    expect(await told()).toMatchObject({ ok: true, note: expect.stringMatching(/not there.*all rights/) });
    const { workspace, health } = await open({ sandbox: 'require' }, path);
    const refused = { code: 'RUSTIC_EXEC_SANDBOX' };
    await expect(workspace.exec({ line: 'echo ran' }, options())).rejects.toMatchObject(refused);
    const starting = workspace.start({ line: 'echo ran' }, { signal: options().signal, onOutput: () => {} });
    await expect(starting).rejects.toMatchObject(refused);
    expect(await health()).toMatchObject({ ok: false, fix: expect.stringContaining('bubblewrap') });
  });
});

describe('without a sandbox', () => {
  it('what left its process group and session ends with its command all the same', async () => {
    const { workspace, kernel } = await open({});
    const pids: number[] = [];
    for (const line of [
      'setsid sleep 300 & echo $!',
      '(setsid sleep 300 &) ; pgrep -n -x sleep',
      'setsid sleep 300 & echo $!; wait',
    ]) {
      const { stdout } = await workspace.exec({ line }, options({ timeLimitMs: 500 }));
      pids.push(Number(stdout));
    }
    await kernel.dispose();
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false, false]);
  });
});
