import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What attacks find in their folder beside the canary. */
const files = {
  canary: 'alive\n',
  list: 'canary\n',
  'evil.sh': 'rm canary\n',
  'evil.cjs': 'require("fs").rmSync("canary")',
  'evil.awk': 'BEGIN { system("rm canary") }\n',
  'evil.sed': 'w canary\n',
  'evil/git': '#!/bin/sh\n/bin/rm -f canary\n',
  'evil/ls': '#!/bin/sh\n/bin/rm -f canary\n',
};
const limitMs = 10_000;

/** Runs a line as a workspace does, its home in the folder, and ends whatever it left running. */
async function run(line: string, cwd: string): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(cwd, 'home'), LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
  const child = spawn('bash', ['--noprofile', '--norc', '-c', line], { cwd, env, stdio: 'ignore', detached: true });
  const end = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone.
    }
  };
  const timer = setTimeout(end, limitMs);
  await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  clearTimeout(timer);
  end();
}

/** Whether a line changes or removes the canary of the folder it runs in, a new one below the system's temporary folder. */
export async function bites({ setup, line }: { setup: string; line: string }): Promise<boolean> {
  const cwd = await mkdtemp(join(tmpdir(), 'rustic-canary-'));
  try {
    await Promise.all(['home', 'evil'].map((name) => mkdir(join(cwd, name))));
    const write = ([name, text]: [string, string]) => writeFile(join(cwd, name), text, { mode: 0o755 });
    await Promise.all(Object.entries(files).map(write));
    if (setup) await run(setup, cwd);
    await run(line, cwd);
    return (await readFile(join(cwd, 'canary'), 'utf8').catch(() => '')) !== files.canary;
  } finally {
    await rm(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Works off a list, a few at a time, results in its order. */
export async function few<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return results;
}
