import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rangeFor } from '../../.changeset/peers.mjs';
import { files, packages, plugins, published, read, root } from './repository.js';

const kernelVersion = String(packages.find(({ folder }) => folder === 'kernel')?.json['version']);
const own = packages.filter(({ folder }) => folder !== 'docs');

describe.each(own)('$folder', ({ folder, json }) => {
  it('has what every package has', () => {
    expect(json).toMatchObject({ license: 'MIT', type: 'module', engines: { node: '>=22.19' } });
    expect(json['version']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(json['description']).toMatch(/\w.*\.$/);
    expect(json.exports).toHaveProperty(['./package.json'], './package.json');
    expect(json['files']).toContain('dist');
    expect(existsSync(join(root, folder, 'README.md')), 'it has no README.md').toBe(true);
    const [, title = '-'] = /^# (.+)$/m.exec(read(`${folder}/README.md`)) ?? [];
    expect(json.name.endsWith(title), `its README is headed "${title}"`).toBe(true);
  });

  it('names exact versions, and runs nothing when it is installed', () => {
    const { dependencies, devDependencies, scripts } = json as Record<string, Record<string, string> | undefined>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(
      Object.keys(scripts ?? {}).filter((name) => /^(pre|post)?(install|prepare|pack|publish)/.test(name)),
    ).toEqual([]);
  });
});

describe.each(plugins)('$json.name', ({ folder, json }) => {
  it('is a plugin package', async () => {
    const peers = json['peerDependencies'] as Record<string, string>;
    const optional = Object.keys((json['peerDependenciesMeta'] as object | undefined) ?? {});
    const needed = Object.entries(peers).filter(([name]) => !optional.includes(name));
    expect(needed).toEqual([['@rustic-ai/kernel', rangeFor(kernelVersion)]]);
    expect(json).toMatchObject({ sideEffects: false, keywords: ['rustic-ai-plugin'], files: ['dist'] });
    expect(Object.keys(json.exports ?? {})).toEqual(['.', './package.json']);
    const { default: manifest } = (await import(pathToFileURL(join(root, folder, 'dist/manifest.js')).href)) as {
      default: { id: string };
    };
    expect(json['rustic'], 'run npm run manifests').toEqual({ manifest });
    expect(json.name).toMatch(/^(@rustic-ai\/plugin-|rustic-plugin-)[a-z-]+$/);
    expect(manifest.id).toBe(json.name.replace(/^(@rustic-ai\/plugin-|rustic-plugin-)/, ''));
    if (!folder.startsWith('plugin-template')) expect(folder).toBe(`plugins/${manifest.id}`);
  });

  it('says what a reader looks for', () => {
    const headings = [...read(`${folder}/README.md`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    const wanted = ['Provides', 'Install', 'Configuration', 'Permissions asked, and why', 'Errors', 'Limits'];
    expect(headings.filter((heading) => wanted.includes(heading ?? ''))).toEqual(wanted);
    const { config } = (json['rustic'] as { manifest: { config?: { properties?: object } } }).manifest;
    const properties = Object.entries(config?.properties ?? {}) as [string, { description?: string }][];
    for (const [name, { description }] of properties) {
      expect(description, `the option ${name} has no description`).toMatch(/\S{2,}/);
      expect(read(`${folder}/README.md`)).toContain(`\`${name}\``);
    }
  });
});

describe('published packages', () => {
  let folder: string;
  const tarballs = new Map<string, string>();
  const run = promisify(execFile);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rustic-pack-'));
    const wanted = published.flatMap((one) => ['-w', one.folder]);
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder, ...wanted], { cwd: root });
    for (const { name, filename } of Object.values(JSON.parse(stdout)) as { name: string; filename: string }[])
      tarballs.set(name, join(folder, filename.replace(/^@/, '').replace('/', '-')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(published)('$json.name is packed as publint wants it', async ({ json }) => {
    const { buffer, byteOffset, byteLength } = await readFile(tarballs.get(json.name) ?? '');
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, json, { color: false }))).toEqual([]);
  });

  const typed = published.filter(({ json }) => '.' in (json.exports ?? {}));
  it.concurrent.each(typed)('$json.name has types where attw looks for them', async ({ json }) => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [
      tarballs.get(json.name) ?? '',
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--no-color',
      '--no-emoji',
    ];
    const said = await run(process.execPath, [attw, ...args]).then(
      ({ stdout }) => ({ ok: true, stdout }),
      ({ stdout }: { stdout: string }) => ({ ok: false, stdout }),
    );
    expect(said).toEqual({ ok: true, stdout: expect.stringContaining('node16 (from ESM): OK (ESM)') });
  });
});

describe('the repository', () => {
  it('has its licence and its README at the root', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
    expect(read('LICENSE')).toMatch(/^MIT License/);
  });

  it('is tested by the line of its README', () => {
    const [, line = ''] = /^## Test it\n\n```sh\n(.+)\n```$/m.exec(read('README.md')) ?? [];
    expect(line).toBe('npm ci && npm test');
    expect(read('.ci/run')).toContain(`{ ${line}; }`);
  });

  it('builds the template as its own plugins, but for the list of what is inside, the source of the kernel and how Node is imported', async () => {
    const script = `
      const effect = async (file) => {
        const { onSuccess, esbuildOptions, esbuildPlugins, banner, removeNodeProtocol, ...rest } = (await import(file)).default;
        const options = {};
        esbuildOptions(options);
        delete options.alias;
        return JSON.stringify([rest, options, rest.noExternal.map(String)]);
      };
      process.stdout.write(String(await effect(process.argv[1]) === await effect(process.argv[2])));`;
    const configs = ['plugins/tsup.config.mjs', 'plugin-template/tsup.config.mjs'];
    const urls = configs.map((file) => pathToFileURL(join(root, file)).href);
    const args = ['--input-type=module', '-e', script, ...urls];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(root, 'plugin-template') });
    expect(stdout).toBe('true');
  });
});
