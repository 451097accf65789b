import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authored, pathWithNpm } from './compose.js';
import { begun, tool } from './compose-plugins.js';
import { createProject, temporaryFolder } from './project.js';

/** Whether a process is there and did not end; one that nobody has asked about since is a zombie. */
const runs = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
/** What waits in the place of npm, and the ids of its processes. */
const waiting = () => {
  const file = join(temporaryFolder(), 'ids');
  const PATH = pathWithNpm(`sleep 300 & echo $$ $! > '${file}.new' && mv '${file}.new' '${file}'; wait`);
  const ids = () => readFileSync(file, 'utf8').trim().split(' ').map(Number);
  return { PATH, ids, isThere: () => existsSync(file) };
};

describe('a package manager that is under way', () => {
  it.each([
    ['outdated', 'SIGINT'],
    ['search', 'SIGTERM'],
    ['doctor --fix', 'SIGHUP'],
  ] as const)('ends with rustic %s on %s, and so does what it started', async (command, signal) => {
    const project = await begun();
    if (command === 'doctor --fix')
      rmSync(join(project.folder, 'node_modules/@acme/rustic-plugin-base'), { recursive: true });
    const { PATH, ids, isThere } = waiting();
    const { child, ended } = project.start(command.split(' '), { env: { PATH } });
    child.stdin?.end();
    await expect.poll(isThere, { timeout: 20_000 }).toBe(true);
    expect(ids().map(runs)).toEqual([true, true]);
    child.kill(signal);
    expect((await ended).code).toBe(null);
    expect(child.signalCode).toBe(signal);
    expect(ids().map(runs)).toEqual([false, false]);
  });
});

describe('npm, while a plugin is packed', () => {
  it('ends with rustic plugin pack, which leaves nothing behind', async () => {
    const project = await createProject({ composition: false });
    const code = 'export default { manifest: () => {}, setup: () => ({}) };';
    const manifest = { ...tool('tool-packed', 'pack') };
    authored(join(project.folder, 'packed'), { name: 'rustic-plugin-tool-packed', manifest, code });
    const { PATH, ids, isThere } = waiting();
    const TMPDIR = temporaryFolder();
    const { child, ended } = project.start(['plugin', 'pack', '-C', 'packed'], { env: { PATH, TMPDIR } });
    child.stdin?.end();
    await expect.poll(isThere, { timeout: 20_000 }).toBe(true);
    child.kill('SIGTERM');
    await ended;
    expect(child.signalCode).toBe('SIGTERM');
    expect(ids().map(runs)).toEqual([false, false]);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

describe('a plugin that starts something which never ends', () => {
  it('keeps rustic plugin check from its end no longer than it has', async () => {
    const project = await createProject({ composition: false });
    const code = `import { spawn } from 'node:child_process';
spawn('sleep', ['300'], { stdio: 'inherit' });
export default { manifest: () => {}, setup: () => ({}) };`;
    const manifest = { ...tool('tool-lingers', 'linger') };
    authored(join(project.folder, 'lingers'), { name: 'rustic-plugin-tool-lingers', manifest, code });
    const { code: exit } = await project.rustic('plugin', 'check', '-C', join(project.folder, 'lingers'));
    expect(exit).toBe(3);
  }, 60_000);
});

describe('a program that never stops writing', () => {
  it('is killed, and what asked for it says so', async () => {
    const project = await begun();
    const { child, ended } = project.start(['outdated'], { env: { PATH: pathWithNpm('exec yes') } });
    child.stdin?.end();
    expect(await ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('it ended with SIGKILL'),
    });
  });
});

describe('a registry that says nothing of a package', () => {
  it('has no later version of it', async () => {
    const project = await begun();
    const { child, ended } = project.start(['outdated'], { env: { PATH: pathWithNpm('exit 0') } });
    child.stdin?.end();
    expect(await ended).toEqual({ code: 0, stdout: 'Every plugin is the latest.\n', stderr: '' });
  });
});
