import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createComposer, pathWithNpm } from './compose.js';
import { begun, registry, stateOf } from './compose-plugins.js';
import { follow, root } from './project.js';

describe('a change that fails leaves every byte', () => {
  it.each([
    ['the package is not there', ['rustic-plugin-nowhere', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['its bytes are not what the registry promised', ['rustic-plugin-tampered', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['it is no plugin', ['rustic-plugin-plain', '--yes'], 3, 'RUSTIC_PLUGIN_MANIFEST'],
    ['it is made for another kernel', ['rustic-plugin-late', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['an option is missing', ['rustic-plugin-asks', '--yes'], 3, 'RUSTIC_CONFIG_OPTION'],
    ['an option is not known', ['rustic-plugin-asks', '--option', 'town=Ulm', '--yes'], 2, 'RUSTIC_USAGE'],
    ['its names are taken', ['rustic-plugin-clash', '--yes'], 3, 'RUSTIC_CAPABILITY_TAKEN'],
    ['nobody agrees', ['rustic-plugin-one'], 5, 'RUSTIC_LOCK_CONSENT_CHANGE'],
    ['it does not start', ['rustic-plugin-broken', '--yes'], 3, 'RUSTIC_PLUGIN_SETUP'],
    ['it is not installed', ['rustic-plugin-one', '--no-install', '--yes'], 3, 'RUSTIC_PLUGIN_UNKNOWN'],
  ])('when %s', async (_, args, exit, error) => {
    const project = await begun();
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', ...args);
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(`${error}: `) });
    expect(stderr).toContain('Nothing was changed');
    expect(stateOf(project)).toEqual(before);
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  });

  it.each(['rustic.json', 'rustic.lock'])('when the disk refuses %s', async (name) => {
    const project = await begun();
    const before = stateOf(project);
    // Nothing can take the place of a file that is mounted.
    const file = join(project.folder, name);
    const within = ['--dev-bind', '/', '/', '--bind', file, file, '--', process.execPath];
    const args = [join(root, 'cli/bin/rustic.js'), 'add', 'rustic-plugin-one', '--yes'];
    const child = spawn('sh', ['-c', 'exec bwrap "$@"', 'sh', ...within, ...args], {
      cwd: project.folder,
      env: project.env,
    });
    child.stdin.end();
    const { code, stderr } = await follow(child).ended;
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_CONFIG_WRITE: ') });
    expect(stateOf(project)).toEqual(before);
  });

  it('when the folder can not be trusted at the end', async () => {
    const project = await begun();
    const before = stateOf(project);
    const env = { RUSTIC_HOME: join(project.folder, 'package.json') };
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes'], { env });
    child.stdin?.end();
    expect((await ended).code).toBe(1);
    expect(stateOf(project)).toEqual(before);
  });

  it('when there was nothing at all', async () => {
    const project = await createComposer(registry());
    const { code } = await project.rustic('add', 'rustic-plugin-nowhere', '--yes');
    expect(code).toBe(1);
    expect(readdirSync(project.folder)).toEqual([]);
  });

  it.each([
    ['SIGINT', 130, 'RUSTIC_INTERRUPTED_CHANGE'],
    ['SIGTERM', 143, 'RUSTIC_TERMINATED_CHANGE'],
  ] as const)('when %s comes while packages are installed', async (signal, exit, error) => {
    const project = await begun();
    const before = stateOf(project);
    const asked = registry().hold('rustic-plugin-one');
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes']);
    await asked;
    child.kill(signal);
    const { code, stderr } = await ended;
    registry().letGo();
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(error) });
    expect(stateOf(project)).toEqual(before);
  });

  it('when SIGINT comes while the plugin starts', async () => {
    const project = await begun();
    const before = stateOf(project);
    const { child, ended, seen } = project.start(['add', 'rustic-plugin-stuck', '--yes']);
    await seen('it hangs');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(stateOf(project)).toEqual(before);
  });

  it('when Ctrl+C answers the question', async () => {
    const project = await begun();
    const before = stateOf(project);
    const terminal = project.terminal('add', 'rustic-plugin-one');
    await terminal.seen('Agree to this? [y/N] ');
    terminal.type('\u0003');
    expect((await terminal.ended).code).toBe(130);
    expect(stateOf(project)).toEqual(before);
  });

  it('when the package manager is killed after it has written', async () => {
    const project = await begun();
    const before = stateOf(project);
    const PATH = pathWithNpm('"$NPM" "$@"; case "$*" in *plugin-one*) kill -9 $$ ;; esac');
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes'], { env: { PATH } });
    child.stdin?.end();
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('it ended with SIGKILL') });
    expect(stateOf(project)).toEqual(before);
  });
});

describe('a change that fails where a file can not be put back', () => {
  it('says which, puts back every other, and says what failed first', async () => {
    const project = await begun();
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', 'rustic-plugin-vandal', '--yes');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_PLUGIN_SETUP: ') });
    expect(stderr).toContain(`Not as it was, because it can not be written: ${join(project.folder, 'rustic.json')}\n`);
    expect(stderr).not.toContain('Nothing was changed');
    const file = join(project.folder, 'rustic.json');
    rmSync(file, { recursive: true });
    writeFileSync(file, before.files['rustic.json'] ?? '');
    expect(stateOf(project)).toEqual(before);
  });
});

describe('the package manager of the project', () => {
  it.each([
    [
      'pnpm',
      'pnpm-lock.yaml',
      {},
      'add --ignore-scripts rustic-plugin-one',
      'install --ignore-scripts --prefer-offline',
    ],
    ['yarn', 'yarn.lock', {}, 'add --ignore-scripts --non-interactive rustic-plugin-one', 'install --ignore-scripts'],
    [
      'yarn',
      'yarn.lock',
      { packageManager: 'yarn@4.9.1' },
      'add --mode=skip-build rustic-plugin-one',
      'install --mode',
    ],
    ['bun', 'bun.lock', {}, 'add --ignore-scripts rustic-plugin-one', 'install --ignore-scripts'],
  ])('is used, and has its lock file put back: %s, %s, %j', async (program, lockFile, more, added, restored) => {
    const project = await createComposer(registry(), {
      'package.json': { name: 'mine', ...more },
      [lockFile]: 'as it was\n',
      'rustic.json': '{ "plugins": [] }\n',
      'node_modules/kept/package.json': { name: 'kept', version: '1.0.0' },
    });
    // Stands in for a program that is not installed here: it notes what it is told, and lets npm do it.
    const line = `echo "$*" >> told; echo changed >> ${lockFile}
case "$1" in add) for last; do :; done; "$NPM" install --no-package-lock --ignore-scripts "$last" ;; esac`;
    const PATH = pathWithNpm(line, program);
    const add = async (...args: string[]) => {
      const { child, ended } = project.start(['add', 'rustic-plugin-one', ...args], { env: { PATH } });
      child.stdin?.end();
      return (await ended).code;
    };
    const before = ['package.json', lockFile, 'rustic.json'].map((name) => project.read(name));
    expect(await add()).toBe(5);
    expect(['package.json', lockFile, 'rustic.json'].map((name) => project.read(name))).toEqual(before);
    expect(project.read('told')).toMatch(new RegExp(`^${added}\n${restored}.*\n$`));
    expect(await add('--yes')).toBe(0);
    expect(project.read(lockFile)).toBe('as it was\nchanged\n');
    expect(existsSync(join(project.folder, 'package-lock.json'))).toBe(false);
  });
});
