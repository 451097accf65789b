import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProduct, filesIn, type Format, small } from './built.js';
import { createProject, root, temporaryFolder } from './project.js';

const turns = [{ say: 'Here I am.' }];
const smallProject = (more: readonly unknown[] = []) =>
  createProject({ composition: small(more), turns, locked: true });
const scenario = { turns };

describe('a folder that was built', () => {
  it('runs where nothing else is, under its own name, with folders of its own', async () => {
    const project = await smallProject();
    project.write('package.json', {
      name: '@acme/shop',
      version: '2.1.0',
      description: 'Sells things.',
      private: true,
    });
    const shop = await buildProduct(project, 'folder');
    shop.write('scenario.json', scenario);
    expect(readdirSync(shop.at).toSorted()).toEqual([
      'THIRD-PARTY.txt',
      'app',
      'man',
      'package.json',
      'sbom.cdx.json',
      'shop.mjs',
    ]);
    expect(await shop.run('--version')).toEqual({ code: 0, stdout: '2.1.0\n', stderr: '' });
    const help = await shop.run('--help');
    expect(help.stdout).toMatch(/^Usage: shop \[options\] \[command\]\n\nSells things\.\n/);
    expect(help.stdout).toContain('shop run "what is in this folder?"');
    for (const word of ['rustic', 'lock', 'upgrade', 'trust', '  add ']) expect(help.stdout).not.toContain(word);
    const { code, stdout, stderr } = await shop.run('run', 'hello');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Here I am.\n' });
    expect(stderr).not.toContain('rustic');
    expect(readdirSync(join(shop.home, 'own'))).not.toEqual([]);
    expect(readdirSync(shop.home)).not.toContain('.config');
  });

  it('has the completion and the manual of its own name', async () => {
    const shop = await buildProduct(await smallProject(), 'folder');
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await shop.run('completion', shell);
      expect(stdout).toContain('shop');
      expect(stdout).not.toContain('rustic');
    }
    expect((await shop.run('__complete', 'ses')).stdout).toContain('session\t');
    expect((await shop.run('__complete', 'loc')).stdout).toBe('');
    const manual = String(filesIn(shop.at).get('man/shop.1'));
    expect(manual).toMatch(/^\.TH "SHOP" "1"/);
    expect(manual).not.toMatch(/rustic/i);
  });

  it('names its own commands where something is wrong', async () => {
    const shop = await buildProduct(await smallProject(), 'folder');
    expect(await shop.run('rnu')).toEqual({
      code: 2,
      stdout: '',
      stderr: "RUSTIC_USAGE: Unknown command 'rnu'.\nFix: Did you mean run?\nMore: shop explain RUSTIC_USAGE\n",
    });
    expect((await shop.run('lock')).code).toBe(2);
    expect((await shop.run('run', '--config', 'rustic.json', 'hello')).code).toBe(2);
  });

  it('runs its own composition, whatever lies in the folder', async () => {
    const shop = await buildProduct(await smallProject(), 'folder');
    shop.write('scenario.json', scenario);
    shop.write('rustic.json', { plugins: ['rustic-plugin-evil'] });
    shop.write('rustic.lock', 'nonsense');
    shop.write('rustic.local.json', { bind: { agent: 'nobody' } });
    mkdirSync(join(shop.folder, 'node_modules/@rustic-ai/plugin-agent-loop/dist'), { recursive: true });
    shop.write('node_modules/@rustic-ai/plugin-agent-loop/dist/index.js', 'throw new Error("loaded")');
    expect(await shop.run('run', 'hello')).toMatchObject({ code: 0, stdout: 'Here I am.\n' });
  });

  it('holds what was chosen and nothing else', async () => {
    const vendors = {
      'provider-openai': 'api.openai.com',
      'provider-anthropic': 'api.anthropic.com',
      'provider-google': 'generativelanguage.googleapis.com',
    };
    const project = await smallProject(['@rustic-ai/plugin-provider-openai']);
    const shop = await buildProduct(project, 'folder');
    const all = [...filesIn(join(shop.at, 'app')).values()].map(String).join('\n');
    const found = Object.entries(vendors).flatMap(([id, address]) => (all.includes(address) ? [id] : []));
    expect(found).toEqual(['provider-openai']);
    for (const name of ['kysely', 'node-pty']) expect(all.includes(name), name).toBe(false);
  });

  it('carries native packages beside the bundle, and says why', async () => {
    const project = await createProject({ turns, locked: true });
    const { stdout } = await project.rustic('build', '--name', 'shop');
    expect(stdout).toMatch(/^Beside it: better-sqlite3@[\d.]+: it is native code, or stands on some$/m);
    const shop = await buildProduct(project, 'folder');
    expect(existsSync(join(shop.at, 'node_modules/better-sqlite3/package.json'))).toBe(true);
    shop.write('scenario.json', scenario);
    expect(await shop.run('run', 'hello')).toMatchObject({ code: 0, stdout: 'Here I am.\n' });
    expect((await shop.run('session', 'list')).stdout).toContain('hello');
    expect(existsSync(join(shop.home, 'own/data/rustic.db'))).toBe(true);
  });

  it('has the licences of everything inside, and a bill of materials', async () => {
    const shop = await buildProduct(await smallProject(), 'folder');
    const files = filesIn(shop.at);
    const licences = String(files.get('THIRD-PARTY.txt'));
    const bom = JSON.parse(String(files.get('sbom.cdx.json'))) as {
      readonly bomFormat: string;
      readonly components: readonly {
        name: string;
        group?: string;
        version: string;
        purl: string;
        licenses: object[];
      }[];
    };
    expect(bom.bomFormat).toBe('CycloneDX');
    const named = bom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`);
    for (const name of ['rustic-ai', '@rustic-ai/plugin-agent-loop', 'commander', 'yaml', 'tapable']) {
      expect(
        named.some((one) => one.startsWith(`${name}@`)),
        name,
      ).toBe(true);
      expect(licences).toMatch(new RegExp(`^${name}@\\d`, 'm'));
    }
    for (const { licenses, purl } of bom.components) expect(licenses, purl).not.toEqual([]);
    expect(licences).toContain('Permission is hereby granted');
  });

  it.each<readonly [Format, ...string[]]>([
    ['folder', 'app/shop.js', 'shop.mjs', 'sbom.cdx.json'],
    ['file', 'shop.mjs'],
    ['executable', 'shop'],
  ])('has the same bytes for the same lock, wherever it is built, as %s', async (format, ...names) => {
    const project = await smallProject();
    const elsewhere = join(temporaryFolder(), 'another place');
    cpSync(project.folder, elsewhere, { recursive: true, verbatimSymlinks: true });
    for (const folder of [project.folder, elsewhere])
      await project.rustic('build', '--name', 'shop', '--format', format, '-C', folder);
    const [one, other] = [project.folder, elsewhere].map((folder) => filesIn(join(folder, 'build/shop')));
    expect([...(one?.keys() ?? [])]).toEqual(expect.arrayContaining(names));
    for (const [path, bytes] of one ?? []) expect(other?.get(path)?.equals(bytes), path).toBe(true);
    expect([...(other?.keys() ?? [])]).toEqual([...(one?.keys() ?? [])]);
  });

  it('takes the settings of its user, or none, as it was built', async () => {
    const project = await smallProject();
    const [own, locked] = [
      await buildProduct(project, 'folder'),
      await buildProduct(project, 'folder', '--settings', 'locked'),
    ];
    const set = ['config', 'set', 'plugins.agent-loop.maxSteps', '7'];
    expect((await own.run(...set)).code).toBe(0);
    expect((await own.run('config', 'get', 'plugins.agent-loop.maxSteps')).stdout).toBe('7\n');
    expect(await locked.run(...set)).toMatchObject({ code: 2, stdout: '' });
    for (const shop of [own, locked]) {
      shop.write('scenario.json', scenario);
      mkdirSync(join(shop.home, 'own/config'), { recursive: true });
      writeFileSync(join(shop.home, 'own/config/rustic.json'), JSON.stringify({ bind: { model: 'nobody/none' } }));
    }
    expect(await own.run('run', 'hello')).toMatchObject({ code: 3, stdout: '' });
    expect((await locked.run('run', 'hello')).stdout).toBe('Here I am.\n');
  });

  it('notices what was damaged, before it runs', async () => {
    const shop = await buildProduct(await smallProject(), 'folder');
    shop.write('scenario.json', scenario);
    const damage = (path: string) => {
      const bytes = readFileSync(join(shop.at, path));
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      writeFileSync(join(shop.at, path), bytes);
    };
    const refusal = (file: string) => ({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`RUSTIC_PRODUCT_DAMAGED: ${file} is not as it was built.\nFix: `),
    });
    const part = [...filesIn(join(shop.at, 'app')).keys()].find((name) => /^parser-.*\.part\.js$/.test(name)) ?? '';
    damage(`app/${part}`);
    // A part that nothing needs keeps nothing from running.
    expect(await shop.run('run', 'hello')).toMatchObject({ code: 0, stdout: 'Here I am.\n' });
    expect(await shop.run('permissions', 'explain', 'ls && make')).toMatchObject(refusal(part));
    damage('app/shop.js');
    expect(await shop.run('run', 'hello')).toEqual(refusal('shop.js'));
    expect(await shop.run('doctor')).toEqual(refusal('shop.js'));
  });

  it('says what each plugin takes, and draws it', async () => {
    const project = await smallProject();
    const { code, stdout } = await project.rustic('build', '--name', 'shop', '--analyze', '--json');
    const facts = JSON.parse(stdout) as { bytes: number; sizes: { of: string; bytes: number }[]; out: string };
    expect(code).toBe(0);
    expect(facts.sizes.map(({ of }) => of)).toEqual(expect.arrayContaining(['agent-loop', 'kernel and commands']));
    expect(facts.sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(facts.bytes);
    expect(String(filesIn(facts.out).get('sizes.svg'))).toMatch(/^<svg .*<title>agent-loop [\d.]+ kB<\/title>/s);
  });
});

describe('rustic build', () => {
  const builds = async (
    args: readonly string[],
    prepare: (project: Awaited<ReturnType<typeof smallProject>>) => void = () => {},
  ) => {
    const project = await smallProject();
    prepare(project);
    const before = [...filesIn(project.folder).keys()];
    const ran = await project.rustic('build', ...args);
    expect([...filesIn(project.folder).keys()]).toEqual(before);
    return ran;
  };

  it.each([
    ['a name no program can have', ['--name', 'My Shop'], 3, 'RUSTIC_BUILD_NAME'],
    [
      'a library that is an executable',
      ['--name', 'shop', '--target', 'library', '--format', 'executable'],
      2,
      'RUSTIC_USAGE',
    ],
    ['a format there is not', ['--format', 'floppy'], 2, 'RUSTIC_USAGE'],
  ])('refuses %s, and writes nothing', async (_, args, code, error) => {
    const ran = await builds(args);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(error);
  });

  it.each([
    ['{\n  "name": "shop",\n}', '3:1: it is not JSON (PropertyNameExpected)', 'Correct the syntax at that place.'],
    ['{ "name": "shop" } // mine', '1:20: it is not JSON (InvalidCommentToken)', 'Correct the syntax at that place.'],
    ['["shop"]', '1:1: it is no object', 'Write { } there, or what npm init makes.'],
    ['{ "name": "shop", "version": 1 }', '1:30: "version" is no string', 'Write it in quotes.'],
    ['', '1:1: it is not JSON (ValueExpected)', 'Correct the syntax at that place.'],
  ])('refuses a package.json that says %j', async (text, reason, fix) => {
    for (const command of ['build', 'add ./x']) {
      const project = await smallProject();
      project.write('package.json', text);
      project.write('x/package.json', '{}');
      // What only a build reads is its business alone.
      if (command !== 'build' && reason.includes('version')) continue;
      const ran = await project.rustic(...command.split(' '));
      expect(ran).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).toContain(`RUSTIC_CONFIG_INVALID: package.json:${reason}\nFix: ${fix}\n`);
    }
  });

  it('takes a package.json that is not there, or begins with a mark of the byte order', async () => {
    const project = await smallProject();
    expect((await project.rustic('build')).stdout).toMatch(/\bapp\b/);
    project.write('package.json', '\uFEFF{ "name": "marked" }');
    expect((await project.rustic('build')).stdout).toMatch(/\bmarked\b/);
  });

  it('refuses a folder that holds something else, and replaces one that it built', async () => {
    const project = await smallProject();
    project.write('build/shop/thesis.txt', 'years of work');
    project.write('build/shop/sbom.cdx.json', '{ "bomFormat": "CycloneDX" }');
    const refused = await project.rustic('build', '--name', 'shop');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('RUSTIC_BUILD_OUT');
    expect(project.read('build/shop/thesis.txt')).toBe('years of work');
    for (let times = 0; times < 2; times++)
      expect((await project.rustic('build', '--name', 'shop', '--out', 'out')).code).toBe(0);
    expect(readdirSync(project.folder).filter((name) => name.startsWith('.out'))).toEqual([]);
  });

  it('refuses a lock that is older than its composition, and a folder without one', async () => {
    const stale = await builds(['--name', 'shop'], (project) =>
      project.write('rustic.json', small(['@rustic-ai/plugin-policy-answers'])),
    );
    expect(stale.stderr).toContain('RUSTIC_LOCK_STALE');
    const project = await createProject({ composition: false });
    expect((await project.rustic('build')).stderr).toContain('RUSTIC_CONFIG_MISSING');
  });

  it('refuses a plugin whose content is not what the lock says', async () => {
    const written = [{ name: 'rustic-plugin-x', manifest: { id: 'x' } }];
    const project = await createProject({ composition: small(['rustic-plugin-x']), turns, written, locked: true });
    project.write('node_modules/rustic-plugin-x/dist/index.js', 'export default { setup: () => { throw 1 } };');
    const ran = await project.rustic('build', '--name', 'shop');
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('RUSTIC_PLUGIN_CHANGED');
    expect(existsSync(join(project.folder, 'build'))).toBe(false);
  });

  it('says which package is missing where it can not build', async () => {
    const project = await smallProject();
    const copy = join(temporaryFolder(), 'rustic-ai');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, 'cli', part), join(copy, part), { recursive: true });
    mkdirSync(join(copy, 'node_modules'));
    symlinkSync(join(root, 'node_modules/@rustic-ai'), join(copy, 'node_modules/@rustic-ai'));
    const ran = await project.start(['build', '--name', 'shop'], { bin: join(copy, 'bin/rustic.js') }).ended;
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('Fix: Run: npm install --save-dev esbuild');
  });
});
