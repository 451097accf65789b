import type { Host, Workspace } from '@rustic-ai/kernel/contracts';
import plugin from '@rustic-ai/plugin-workspace-local';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A workspace in a folder of its own, with a folder beside it that lies outside. Gone when the test ends. */
export async function openWorkspace(variables: Record<string, string | undefined> = process.env): Promise<{
  workspace: Workspace;
  root: string;
  outside: string;
  dispose(): Promise<void>;
}> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'rustic-workspace-')));
  const [root, outside] = [join(base, 'root'), join(base, 'root-outside')];
  await Promise.all([mkdir(root), mkdir(outside)]);
  const undo: (() => unknown)[] = [];
  const host = {
    env: (allow: readonly string[]) =>
      Object.fromEntries(allow.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]]))),
    folders: { cwd: base },
  } as unknown as Host;
  const { service } = await plugin.setup({
    id: 'workspace-local',
    deps: { host },
    config: { root: 'root' },
    log() {},
    own: (dispose) => void undo.push(dispose),
  });
  const dispose = async () => {
    for (const one of undo.splice(0)) await one();
  };
  onTestFinished(async () => {
    await dispose();
    await rm(base, { recursive: true, force: true });
  });
  return { workspace: service.workspace, root, outside, dispose };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textIn = (path: string): Promise<string> => readFile(path, 'utf8');

/** Waits until it holds. Throws: after 5 s. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; await new Promise((next) => setTimeout(next, 10)))
    if (await holds()) return;
  throw new Error('It did not happen within 5 s.');
}

/** Whether a process runs; one that has ended and only waits to be reaped does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}
