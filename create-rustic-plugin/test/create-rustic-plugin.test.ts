import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const bin = join(repository, 'create-rustic-plugin/bin/create-rustic-plugin.js');

async function openFolder() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rustic-create-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
/** Runs the command with no terminal. Shape: what a shell sees. */
async function create(cwd: string, ...args: string[]) {
  const running = promisify(execFile)(process.execPath, [bin, '--no-install', '--no-git', ...args], { cwd });
  running.child.stdin?.end();
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}
/** What there are templates for. */
const kinds = ['tool', ...readdirSync(join(repository, 'plugin-template/kinds')).toSorted()];
const files = [
  ...['.github', '.gitignore', '.oxlintrc.json', 'AGENTS.md', 'LICENSE', 'README.md', 'package.json', 'src', 'test'],
  ...['tsconfig.build.json', 'tsconfig.json', 'tsup.config.mjs'],
];

describe('create-rustic-plugin', () => {
  it.each(kinds)(
    'makes a %s that builds and passes its tests, without a network',
    async (kind) => {
      const cwd = await openFolder();
      expect(await create(cwd, 'my-plugin', '--kind', kind)).toMatchObject({ code: 0, stderr: '' });
      const made = join(cwd, 'my-plugin');
      await symlink(join(repository, 'node_modules'), join(made, 'node_modules'));
      const env = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false', NO_COLOR: '1' };
      const { stdout } = await promisify(execFile)('npm', ['test'], { cwd: made, env });
      expect(stdout).toMatch(
        kind === 'skills' ? /^ok {5}conformance: \d+ rules hold$/m : /Tests {2}\d+ passed \(\d+\)/,
      );
      const { name, rustic, ...rest } = JSON.parse(await readFile(join(made, 'package.json'), 'utf8'));
      expect({ name, private: rest.private, id: rustic.manifest.id }).toEqual({
        name: `rustic-plugin-${kind}-my-plugin`,
        private: undefined,
        id: `${kind}-my-plugin`,
      });
    },
    120_000,
  );

  it('names members after the plugin, and puts a scope before its package and its id', async () => {
    const cwd = await openFolder();
    const { stdout } = await create(cwd, '--name', 'sea-weather', '--scope', '@acme', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      package: '@acme/rustic-plugin-tool-sea-weather',
      id: '@acme/tool-sea-weather',
      folder: join(cwd, 'rustic-plugin-tool-sea-weather'),
    });
    const manifest = await readFile(join(cwd, 'rustic-plugin-tool-sea-weather/src/manifest.ts'), 'utf8');
    expect(manifest).toContain("id: '@acme/tool-sea-weather'");
    expect(manifest).toContain('sea_weather_greet: {');
  });

  it('takes the kind from a whole name', async () => {
    const { stdout } = await create(await openFolder(), 'rustic-plugin-provider-acme', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'provider', id: 'provider-acme' });
  });

  it('makes a repository of it, but not within another one', async () => {
    const cwd = await openFolder();
    const make = (folder: string, ...args: string[]) =>
      promisify(execFile)(process.execPath, [bin, '--no-install', folder, '--name', 'x', ...args], { cwd });
    await make('alone');
    expect(await readdir(join(cwd, 'alone'))).toContain('.git');
    await make('alone/within');
    expect(await readdir(join(cwd, 'alone/within'))).not.toContain('.git');
    await make('without', '--no-git');
    expect(await readdir(join(cwd, 'without'))).not.toContain('.git');
  });

  it('ends with three commands', async () => {
    const { stdout } = await create(await openFolder(), 'a b', '--name', 'weather');
    expect(stdout.split('\n').slice(-5)).toEqual(['Next:', "  cd 'a b'", '  npm install', '  npm test', '']);
  });

  it('leaves no name of the template behind', async () => {
    const cwd = await openFolder();
    for (const kind of kinds) await create(cwd, '--name', 'sea-weather', '--kind', kind);
    const made = join(cwd, 'rustic-plugin-tool-sea-weather');
    const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
    const texts = entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
    expect((await Promise.all(texts)).join('\n')).not.toContain('template');
    expect((await readdir(made)).toSorted()).toEqual(files);
  });

  it('writes nothing in a dry run and says the same as JSON', async () => {
    const cwd = await openFolder();
    const { stdout } = await create(cwd, 'weather', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      package: 'rustic-plugin-tool-weather',
      id: 'tool-weather',
      kind: 'tool',
      member: { snake: 'weather', kebab: 'weather' },
      folder: join(cwd, 'weather'),
      dryRun: true,
      next: ['cd weather', 'npm install', 'npm test'],
    });
    expect((await create(cwd, 'weather', '--dry-run', '--yes')).stdout).toMatch(/^Would create /);
    expect(await readdir(cwd)).toEqual([]);
  });

  it('takes an empty folder and one with only a .git', async () => {
    const cwd = await openFolder();
    await mkdir(join(cwd, 'weather/.git'), { recursive: true });
    expect(await create(join(cwd, 'weather'), '.')).toMatchObject({ code: 0 });
    expect((await readdir(join(cwd, 'weather'))).toSorted()).toEqual(['.git', ...files]);
  });

  it('never writes where something is', async () => {
    const cwd = await openFolder();
    await mkdir(join(cwd, 'full'));
    await writeFile(join(cwd, 'full/kept.txt'), 'kept');
    await writeFile(join(cwd, 'file'), 'kept');
    expect(await create(cwd, 'full')).toEqual({
      code: 3,
      stdout: '',
      stderr:
        `RUSTIC_CONFIG_FOLDER_TAKEN: There is something at ${join(cwd, 'full')} already: kept.txt.\n` +
        'Fix: Name a folder that is empty or does not exist.\n',
    });
    expect(await create(cwd, 'file')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^RUSTIC_CONFIG_FOLDER_TAKEN: /),
    });
    expect(await create(cwd, 'file/below')).toMatchObject({ code: 3, stderr: expect.stringMatching(/ENOTDIR/) });
    expect(await readdir(join(cwd, 'full'))).toEqual(['kept.txt']);
    expect(await readFile(join(cwd, 'file'), 'utf8')).toBe('kept');
  });

  it('says which file can not be written', async () => {
    const cwd = await openFolder();
    await symlink(join(cwd, 'missing/folder'), join(cwd, 'weather'));
    const { code, stderr } = await create(cwd, 'weather');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(
        /^RUSTIC_CONFIG_FOLDER_WRITE: .+\/weather\/\.github\/workflows\/ci\.yml can not be written: .+\nFix: .+\n$/,
      ),
    });
  });

  it.each([
    ['an unknown flag', ['--nmae', 'x'], "RUSTIC_USAGE_CREATE: Unknown option '--nmae'."],
    ['a flag without its value', ['--name'], "RUSTIC_USAGE_CREATE: Option '--name <value>' argument missing."],
    ['no name and nobody to ask', [], 'RUSTIC_USAGE_CREATE: A name is missing.'],
    [
      'a kind there is not',
      ['a', '--kind', 'gadget'],
      'RUSTIC_USAGE_CREATE: There is no kind "gadget"; it is one of tool, ',
    ],
    [
      'a package manager there is not',
      ['a', '--pm', 'apt'],
      'RUSTIC_USAGE_CREATE: There is no package manager "apt"; it is one of npm, ',
    ],
    ['a bad scope', ['a', '--scope', 'No Scope'], 'RUSTIC_USAGE_SCOPE: "@No Scope" can not be a scope'],
    ['two folders', ['a', 'b'], 'RUSTIC_USAGE_CREATE: One folder is enough; there is also b.'],
    ['a bad name', ['--name', 'No Name'], 'RUSTIC_USAGE_NAME: "No Name" can not be the name of a plugin'],
    ['a name with two dashes', ['a--b'], 'RUSTIC_USAGE_NAME: "a--b" can not be the name of a plugin'],
    ['a name that is too long', ['a'.repeat(41)], 'RUSTIC_USAGE_NAME: '],
  ])('refuses %s with a code and a fix', async (_, args, says) => {
    const cwd = await openFolder();
    const { code, stdout, stderr } = await create(cwd, ...args);
    expect({ code, stdout, made: await readdir(cwd) }).toEqual({ code: 2, stdout: '', made: [] });
    expect(stderr.startsWith(says), stderr).toBe(true);
    expect(stderr).toMatch(/\nFix: .+\n$/);
  });
});
