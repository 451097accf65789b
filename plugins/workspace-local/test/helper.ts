import type { FileContent, Host, Workspace, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from '@rustic-ai/plugin-workspace-local';
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A workspace in a folder of its own, with a folder beside it that lies outside. Gone when the test ends. */
export async function openWorkspace(env?: Host['env']): Promise<{
  workspace: Workspace;
  root: string;
  outside: string;
  dispose(): Promise<void>;
}> {
  const kernel = await createTestKernel({ plugins: [[plugin, { root: 'root' }]], ...(env && { host: { env } }) });
  onTestFinished(() => kernel.dispose());
  const [root, outside] = [join(kernel.workspace, 'root'), join(kernel.workspace, 'root-outside')];
  await Promise.all([mkdir(root), mkdir(outside)]);
  return { workspace: await kernel.service('workspace'), root, outside, dispose: () => kernel.dispose() };
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

/** Never aborted. */
export const { signal } = new AbortController();
export const say = (content: FileContent) =>
  typeof content === 'object' ? new TextDecoder().decode(content) : content;
/** Everything below a folder, with what its files hold. */
export async function tree(files: WorkspaceFiles, path = '.'): Promise<Record<string, string | undefined>> {
  const all: Record<string, string | undefined> = {};
  await files.walk(
    path,
    async (folder) => {
      for (const { name, type } of folder.entries)
        all[folder.path ? `${folder.path}/${name}` : name] = type === 'file' ? say(await folder.read(name, 100)) : type;
      return folder.entries.flatMap(({ name, type }) => (type === 'directory' ? [name] : []));
    },
    signal,
  );
  return all;
}

/** Swaps a folder for a link, and back, ten thousand times in another process. */
export function swap(folder: string, kept: string, link: string) {
  const program = `
    const { renameSync, rmSync } = require('node:fs');
    const [f, kept, link] = process.argv.slice(1);
    // A writer may make the folder anew in between.
    const put = (from, to) => {
      for (;;) try { return renameSync(from, to); } catch { try { rmSync(to, { recursive: true, force: true }); } catch {} }
    };
    const pause = () => { for (const end = performance.now() + 0.1; performance.now() < end;); };
    for (let n = 0; n < 10000; n++) { put(f, kept); put(link, f); pause(); put(f, link); put(kept, f); pause(); }`;
  const child = spawn(process.execPath, ['-e', program, folder, kept, link], { stdio: 'inherit' });
  let busy = true;
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve)).then((code) => {
    busy = false;
    return code;
  });
  return { isBusy: () => busy, ended };
}
