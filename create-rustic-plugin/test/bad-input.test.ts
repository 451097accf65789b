import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { follow, root, temporaryFolder } from '../../cli/test/project.js';
import { openDesk, run, treeOf } from './authoring.js';

const bin = join(root, 'create-rustic-plugin/bin/create-rustic-plugin.js');
const nobody = 'http://127.0.0.1:9';
/** With an empty cache and a registry that nobody listens at. */
const offline = () => ({
  npm_config_registry: nobody,
  npm_config_cache: temporaryFolder(),
  npm_config_fetch_retries: '0',
  npm_config_update_notifier: 'false',
});
const create = (cwd: string, ...args: readonly string[]) => run(process.execPath, [bin, ...args], cwd, offline());

describe('a bad name', () => {
  it.each(['', ' ', '-', 'Weather', 'sea weather', 'sea_weather', '1st', 'sea-', '-sea', 'sea--weather', 'wétter'])(
    'such as "%s" is refused, and nothing is written',
    async (name) => {
      const desk = openDesk();
      const { code, stdout, stderr } = await create(desk, 'mine', `--name=${name}`);
      expect({ code, stdout, tree: treeOf(desk) }).toEqual({ code: 2, stdout: '', tree: [] });
      expect(stderr).toContain(`RUSTIC_USAGE_NAME: "${name}" can not be the name of a plugin`);
      expect(stderr).toMatch(/\nFix: .+\n$/);
    },
  );

  it.each(['../up', 'a/b', '/etc', '@/x', '@a/@b/c', 'rustic-plugin-', 'rustic-plugin-tool-'])(
    'such as "%s" does not leave the folder either',
    async (name) => {
      const desk = openDesk();
      const { code, stderr } = await create(desk, `--name=${name}`);
      expect({ code, tree: treeOf(join(desk, '..')) }).toEqual({ code: 2, tree: [] });
      expect(stderr).toMatch(/^RUSTIC_USAGE_(NAME|SCOPE): .+\nFix: .+\n$/);
    },
  );
});

describe('without a network', () => {
  it('npm says that there is none, and nothing is written', async () => {
    const desk = openDesk();
    const { code, stderr } = await run('npm', ['create', '--yes', 'rustic-plugin@latest', 'mine'], desk, offline());
    expect(code).not.toBe(0);
    expect(stderr).toContain(nobody);
    expect(treeOf(desk)).toEqual([]);
  });

  it.each(['mine', 'deep/er/mine'])('a plugin in %s is taken back, and it says how to do without', async (dir) => {
    const desk = openDesk();
    const { code, stdout, stderr } = await create(desk, dir, '--pm', 'npm');
    expect({ code, stdout, left: readdirSync(desk) }).toEqual({ code: 3, stdout: '', left: [] });
    expect(stderr).toContain('RUSTIC_CONFIG_INSTALL: "npm install" failed, so nothing was written: ');
    expect(stderr).toMatch(/\nFix: Repair .+; to write the plugin without a network, add: --no-install\n$/);
  });

  it('a plugin is taken back as well when somebody ends the install', async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer(() => asked.resolve());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const desk = openDesk();
    const env = { ...process.env, ...offline(), npm_config_registry: `http://127.0.0.1:${port}` };
    const { child, ended } = follow(spawn(process.execPath, [bin, 'mine', '--pm', 'npm'], { cwd: desk, env }));
    await asked.promise;
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('so nothing was written: it ended with '),
    });
    expect(readdirSync(desk)).toEqual([]);
  });

  it('a folder that was there is as it was', async () => {
    const desk = openDesk();
    for (const folder of ['empty', 'tracked/.git']) mkdirSync(join(desk, folder), { recursive: true });
    writeFileSync(join(desk, 'tracked/.git/HEAD'), 'ref: refs/heads/mine\n');
    for (const dir of ['empty', 'tracked'])
      expect(await create(desk, dir, '--name', 'mine')).toMatchObject({ code: 3 });
    expect(readdirSync(desk, { recursive: true }).toSorted()).toEqual([
      'empty',
      'tracked',
      'tracked/.git',
      'tracked/.git/HEAD',
    ]);
  });

  it('everything is written that is not to be installed', async () => {
    const desk = openDesk();
    expect(await create(desk, 'mine', '--no-install')).toMatchObject({ code: 0, stderr: '' });
    expect(treeOf(join(desk, 'mine'))).toEqual(expect.arrayContaining(['package.json', 'src/index.ts']));
  });
});

describe('a folder that is taken', () => {
  it.each(['--yes', '--dry-run', '--json'])('is left as it is, with %s too', async (flag) => {
    const desk = openDesk();
    mkdirSync(join(desk, 'mine'));
    writeFileSync(join(desk, 'mine/.hidden'), 'kept');
    const { code, stdout, stderr } = await create(desk, 'mine', flag);
    expect({ code, stdout, tree: treeOf(desk) }).toEqual({ code: 3, stdout: '', tree: ['mine/.hidden'] });
    expect(stderr).toMatch(/^RUSTIC_CONFIG_FOLDER_TAKEN: There is something at .+: \.hidden\.\nFix: .+\n$/);
  });
});
