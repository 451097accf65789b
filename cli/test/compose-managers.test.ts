import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistry, type Registry } from './compose.js';
import { createProject, root, temporaryFolder } from './project.js';

interface Manager {
  readonly name: string;
  /** What is run: a script of Node, or a program. Undefined: it is not installed here. */
  readonly program: string | undefined;
  readonly lockFile: string;
  /** Files a project of it has. */
  readonly files: Readonly<Record<string, string>>;
  /** Where packages come from, and what it must not do here. */
  readonly env: (registry: string, folder: string) => NodeJS.ProcessEnv;
}
const inPackage = (name: string, file: string) => join(root, 'node_modules', name, file);
/** One that no package of npm alone brings. */
const onPath = (name: string) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
const managers: readonly Manager[] = [
  {
    name: 'pnpm',
    program: inPackage('pnpm', 'bin/pnpm.cjs'),
    lockFile: 'pnpm-lock.yaml',
    files: { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
    env: (_, folder) => ({ npm_config_store_dir: join(folder, 'store'), COREPACK_ENABLE_STRICT: '0' }),
  },
  {
    name: 'yarn 1',
    program: inPackage('yarn', 'bin/yarn.js'),
    lockFile: 'yarn.lock',
    files: { 'yarn.lock': '# yarn lockfile v1\n' },
    env: (registry, folder) => ({ YARN_REGISTRY: registry, YARN_CACHE_FOLDER: join(folder, 'yarn-cache') }),
  },
  {
    name: 'yarn 4',
    program: inPackage('@yarnpkg/cli-dist', 'bin/yarn.js'),
    lockFile: 'yarn.lock',
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n', 'yarn.lock': '' },
    env: (registry, folder) => ({
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_ENABLE_TELEMETRY: '0',
      YARN_GLOBAL_FOLDER: join(folder, 'yarn-global'),
      YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    }),
  },
  {
    name: 'bun',
    program: onPath('bun'),
    lockFile: 'bun.lock',
    files: { 'bun.lock': '{ "lockfileVersion": 1, "workspaces": { "": { "name": "mine" } }, "packages": {} }\n' },
    env: (registry, folder) => ({
      BUN_CONFIG_REGISTRY: registry,
      BUN_INSTALL_CACHE_DIR: join(folder, 'bun-cache'),
      DO_NOT_TRACK: '1',
    }),
  },
];

let registry: Registry;
const effects = { kind: 'none', idempotent: true, openWorld: false };
const goes = (version: string) => ({
  name: 'rustic-plugin-goes',
  version,
  manifest: { id: 'goes', contributes: { tool: { go: { summary: 'Goes', effects } } } },
  code: 'export default { setup: () => ({ tool: { go: { run: () => ({ parts: [] }) } } }) };',
  // Some leave what is new alone for a while.
  more: { scripts: { postinstall: 'touch ran' }, publishedAt: '2026-01-31T00:00:00.000Z' },
});
beforeAll(async () => {
  registry = await createRegistry();
  registry.put(goes('1.0.0'));
  registry.put({ ...goes('1.0.0'), name: 'rustic-plugin-fails', code: 'throw new Error("no luck");' });
});
afterAll(() => registry.close());

describe.each(managers)('a project of $name', ({ name, program, lockFile, files, env }) => {
  it('has its packages added, upgraded and removed by it, and none of their scripts run', async (context) => {
    if (program === undefined) return context.skip(`there is no ${name} on the PATH here`);
    const bin = temporaryFolder();
    // Beside Node there is no other package manager that could be taken for it.
    const run = program.endsWith('js') ? `'${process.execPath}' '${program}'` : `'${program}'`;
    writeFileSync(join(bin, name.split(' ')[0] ?? ''), `#!/bin/sh\nexec ${run} "$@"\n`, { mode: 0o755 });
    const project = await createProject({
      composition: { plugins: [] },
      modules: false,
      env: {
        ...registry.env,
        ...env(registry.url, temporaryFolder()),
        PATH: `${bin}:${process.env['PATH']}`,
        CI: '1',
      },
    });
    project.write('package.json', '{\n  "name": "mine",\n  "private": true\n}\n');
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    mkdirSync(join(project.folder, '.git'));
    const state = () => [lockFile, 'package.json', 'rustic.json', 'rustic.lock'].map((file) => bytes(file));
    const bytes = (file: string) =>
      existsSync(join(project.folder, file)) ? readFileSync(join(project.folder, file), 'utf8') : undefined;

    const added = await project.rustic('add', 'rustic-plugin-goes@1.0.0', '--yes');
    expect(added.stderr).toBe(`${name.split(' ')[0]}: add rustic-plugin-goes@1.0.0\n`);
    expect(added.code).toBe(0);
    expect(project.read(lockFile)).toContain('rustic-plugin-goes');
    expect(existsSync(join(project.folder, 'package-lock.json'))).toBe(false);
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-goes/ran'))).toBe(false);
    expect((await project.rustic('tools', 'list')).stdout).toContain('go');

    const before = state();
    const failed = await project.rustic('add', 'rustic-plugin-fails', '--yes');
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain('Nothing was changed: every file of the composition is as it was.\n');
    expect(state()).toEqual(before);
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-fails'))).toBe(false);
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-goes/package.json'))).toBe(true);

    registry.put(goes('1.1.0'));
    const upgraded = await project.rustic('add', 'rustic-plugin-goes@1.1.0', '--yes');
    expect(upgraded).toMatchObject({ code: 0, stdout: expect.stringContaining('goes@1.1.0') });
    const removed = await project.rustic('remove', 'goes', '--yes');
    expect(removed.code).toBe(0);
    expect(project.read('package.json')).not.toContain('rustic-plugin-goes');
    // Bun takes its lock file away when nothing is left to stand in it.
    expect(bytes(lockFile) ?? '').not.toContain('rustic-plugin-goes@');
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-goes'))).toBe(false);
  });
});
