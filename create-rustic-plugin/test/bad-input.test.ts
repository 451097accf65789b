import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, temporaryFolder } from '../../cli/test/project.js';
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

  it('everything but the install is done, and it says where to go on', async () => {
    const desk = openDesk();
    const { code, stdout, stderr } = await create(desk, 'mine', '--pm', 'npm');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    const folder = join(desk, 'mine');
    expect(stderr).toContain(`RUSTIC_CONFIG_INSTALL: The plugin is in ${folder}, but "npm install" failed: `);
    expect(stderr).toMatch(/\nFix: Repair what it says, then run it again in that folder\.\n$/);
    const whole = await create(desk, 'whole', '--name', 'mine', '--no-install');
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(treeOf(folder)).toEqual(treeOf(join(desk, 'whole')));
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
