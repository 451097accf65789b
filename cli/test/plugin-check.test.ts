import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, root, temporaryFolder } from './project.js';

interface Json {
  [name: string]: unknown;
}
/** The template of a kind, built, in a folder of its own. */
async function openPlugin(kind = 'tool') {
  const project = await createProject({ composition: false, modules: false });
  const folder = join(temporaryFolder(), 'plugin');
  const from = kind === 'tool' ? 'plugin-template' : `plugin-template/kinds/${kind}`;
  cpSync(join(root, from), folder, {
    recursive: true,
    filter: (path) => !/node_modules|\.turbo|kinds\//.test(path.slice(join(root, from).length)),
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  return {
    folder,
    read,
    write,
    /** Changes its package.json. */
    edit(change: (json: Json) => void) {
      const json = JSON.parse(read('package.json')) as Json;
      change(json);
      write('package.json', JSON.stringify(json, null, 2));
    },
    rustic: (...args: string[]) => project.rustic('plugin', ...args, '-C', folder),
  };
}
type Opened = Awaited<ReturnType<typeof openPlugin>>;
interface Found {
  readonly ok: boolean;
  readonly checks: readonly { name: string; ok: boolean; note: string; fix?: string }[];
}
const manifestIn = (json: Json) => (json['rustic'] as { manifest: Json }).manifest;
/** Changes the manifest in code and in package.json alike. */
const both = (change: (manifest: Json) => void) => (plugin: Opened) => {
  let manifest: Json = {};
  plugin.edit((json) => change((manifest = manifestIn(json))));
  plugin.write('dist/manifest.js', `export default ${JSON.stringify(manifest)};`);
};

describe('rustic plugin check', () => {
  it('finds nothing wrong with the template', async () => {
    const plugin = await openPlugin();
    const { code, stdout, stderr } = await plugin.rustic('check');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('FAILED');
    for (const name of ['package', 'peers', 'manifest', 'name', 'import', 'exports', 'types', 'conformance'])
      expect(stdout).toMatch(new RegExp(`^ok {5}${name}: `, 'm'));
  });

  it.each<[what: string, check: string, says: string, change: (plugin: Opened) => void]>([
    ['no keyword', 'package', 'keyword', ({ edit }) => edit((json) => (json['keywords'] = []))],
    ['no engines', 'package', 'which Node', ({ edit }) => edit((json) => delete json['engines'])],
    ['a missing dist', 'package', '"files"', ({ edit }) => edit((json) => (json['files'] = ['src']))],
    [
      'an install script',
      'install',
      'runs postinstall',
      ({ edit }) => edit((json) => (json['scripts'] = { postinstall: 'x' })),
    ],
    [
      'a kernel of its own',
      'peers',
      'is a dependency',
      ({ edit }) => edit((json) => (json['dependencies'] = { '@rustic-ai/kernel': '0.1.0' })),
    ],
    [
      'a kernel it does not fit',
      'peers',
      'does not fit',
      ({ edit }) => edit((json) => (json['peerDependencies'] = { '@rustic-ai/kernel': '>=7' })),
    ],
    [
      'another peer',
      'peers',
      'lodash must be installed',
      ({ edit }) => edit((json) => (json['peerDependencies'] = { '@rustic-ai/kernel': '>=0.1.0 <1', lodash: '4' })),
    ],
    [
      'a stale manifest',
      'manifest',
      'is not what dist/manifest.js says',
      ({ edit }) => edit((json) => (manifestIn(json)['id'] = 'tool-other')),
    ],
    [
      'a manifest that is none',
      'manifest',
      'not a field',
      ({ edit }) => edit((json) => (manifestIn(json)['extra'] = 1)),
    ],
    [
      'an id of another name',
      'name',
      'its package says "tool-template"',
      both((manifest) => (manifest['id'] = 'tool-other')),
    ],
    [
      'a name of no kind',
      'name',
      'names no kind',
      ({ edit }) => edit((json) => (json['name'] = 'rustic-plugin-gadget-x')),
    ],
    [
      'a secret as text',
      'options',
      'takes a secret as text',
      both(
        (manifest) =>
          (manifest['config'] = { type: 'object', properties: { apiKey: { type: 'string', description: 'The key' } } }),
      ),
    ],
    [
      'an option without a word',
      'options',
      'has no description',
      both((manifest) => (manifest['config'] = { type: 'object', properties: { x: { type: 'string' } } })),
    ],
    [
      'a tool without effects',
      'effects',
      'declares no effects',
      both((manifest) => (manifest['contributes'] = { tool: { template_greet: { summary: 'Greets' } } })),
    ],
    ['no README', 'readme', 'has no README.md', ({ folder }) => rmSync(join(folder, 'README.md'))],
    ['no build', 'import', 'there is no dist/index.js', ({ folder }) => rmSync(join(folder, 'dist/index.js'))],
    [
      'an import that speaks',
      'import',
      'importing it writes: hello',
      ({ read, write }) => write('dist/index.js', `console.log('hello');\n${read('dist/index.js')}`),
    ],
    [
      'an import that stays',
      'import',
      'leaves open: Timeout',
      ({ read, write }) => write('dist/index.js', `setTimeout(() => {}, 1e6);\n${read('dist/index.js')}`),
    ],
    [
      'an import that changes the world',
      'import',
      'sets mine',
      ({ read, write }) => write('dist/index.js', `globalThis.mine = 1;\n${read('dist/index.js')}`),
    ],
    [
      'an import of a vendor',
      'import',
      'loads typebox',
      ({ read, write }) => write('dist/index.js', `import 'typebox';\n${read('dist/index.js')}`),
    ],
    [
      'an import that throws',
      'import',
      'no luck',
      ({ write }) => write('dist/index.js', `throw new Error('no luck');`),
    ],
    [
      'a file in its exports that is not there',
      'exports',
      'does not exist',
      ({ folder }) => rmSync(join(folder, 'dist/index.d.ts')),
    ],
    [
      'types that lead nowhere',
      'types',
      'dist/index.d.ts: Internal resolution error ("./plugin.js")',
      ({ folder }) => rmSync(join(folder, 'dist/plugin.d.ts')),
    ],
    [
      'an export without types',
      'types',
      'exports["."]: Could not find types',
      ({ edit, folder }) => {
        rmSync(join(folder, 'dist/index.d.ts'));
        edit((json) => (json['exports'] = { '.': './dist/index.js' }));
      },
    ],
    [
      'an export that is not packed',
      'types',
      'exports["."]: Resolution failed',
      ({ edit }) => edit((json) => (json['exports'] = { '.': './dist/gone.js' })),
    ],
    [
      'an ES module with types of CommonJS',
      'types',
      'dist/index.d.cts: Types are CJS, but implementation is ESM',
      ({ edit, read, write }) => {
        write('dist/index.d.cts', read('dist/index.d.ts').replace('./plugin.js', './plugin.cjs'));
        write('dist/plugin.d.cts', 'declare const plugin: object;\nexport default plugin;\n');
        edit((json) => (json['exports'] = { '.': { types: './dist/index.d.cts', default: './dist/index.js' } }));
      },
    ],
    [
      'CommonJS with types of an ES module',
      'types',
      'dist/index.d.ts: Types are ESM, but implementation is CJS',
      ({ edit, write }) => {
        write('dist/index.cjs', 'exports.default = {};\n');
        edit((json) => (json['exports'] = { '.': { types: './dist/index.d.ts', default: './dist/index.cjs' } }));
      },
    ],
    [
      'no conformance test',
      'conformance',
      'there is no test/conformance.test.ts',
      ({ folder }) => rmSync(join(folder, 'test/conformance.test.ts')),
    ],
    [
      'a broken rule',
      'conformance',
      'result: gives parts that are plain JSON',
      ({ read, write, folder }) => {
        for (const name of readdirSync(join(folder, 'dist')))
          if (name.endsWith('.js'))
            write(`dist/${name}`, read(`dist/${name}`).replace(/parts: \[\{ type: "text"/, 'parts: [{ type: "song"'));
      },
    ],
  ])('finds %s', async (_, name, says, change) => {
    const plugin = await openPlugin();
    change(plugin);
    const { code, stdout, stderr } = await plugin.rustic('check', '--json');
    const { ok, checks } = JSON.parse(stdout) as Found;
    expect({ code, ok, stderr }).toEqual({ code: 1, ok: false, stderr: '' });
    const found = checks.find((one) => one.name === name);
    expect(found).toMatchObject({ ok: false, fix: expect.any(String) });
    expect(found?.note).toContain(says);
  });

  it('says what is no plugin at all', async () => {
    const project = await createProject({ composition: false });
    expect(await project.rustic('plugin', 'check', 'nowhere')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('RUSTIC_PLUGIN_FOLDER'),
    });
  });
});

describe('rustic plugin docs', () => {
  it.each(['tool', ...readdirSync(join(root, 'plugin-template/kinds'))])(
    'has nothing to change in the template of a %s',
    async (kind) => {
      expect(await (await openPlugin(kind)).rustic('docs', '--check')).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('writes what the manifest says, and leaves the rest of the page as it is', async () => {
    const plugin = await openPlugin();
    const before = plugin.read('README.md');
    plugin.write(
      'README.md',
      before
        .replace('| The word put before the name. |', '| Something else. |')
        .replace('## Install', 'Words of my own.\n\n## Install'),
    );
    const checked = await plugin.rustic('docs', '--check');
    expect(checked).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Fix: Run in that folder: rustic plugin docs'),
    });
    expect(checked.stdout).toMatch(/^- \| `greeting`.* Something else\. /m);
    expect(checked.stdout).toMatch(/^\+ \| `greeting`.* The word put before the name\. /m);
    expect(plugin.read('README.md')).toContain('Something else.');
    expect((await plugin.rustic('docs')).code).toBe(0);
    expect(plugin.read('README.md')).toBe(before.replace('## Install', 'Words of my own.\n\n## Install'));
  });

  it('begins a page where there is none', async () => {
    const plugin = await openPlugin('policy');
    rmSync(join(plugin.folder, 'README.md'));
    await plugin.rustic('docs');
    const page = plugin.read('README.md');
    expect(page).toMatch(/^# rustic-plugin-policy-template\n\n## Provides\n\n\| hook +\| when/);
    expect(page).toContain('## Permissions asked, and why\n\nNone: it touches nothing outside itself.\n');
  });
});

describe('rustic plugin pack', () => {
  it('proves what npm would install, and leaves the tarball where it is told to', async () => {
    const plugin = await openPlugin();
    const before = readdirSync(plugin.folder);
    const { code, stdout, stderr } = await plugin.rustic('pack', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const packed = JSON.parse(stdout) as { started: unknown; files: { path: string }[] };
    expect(packed.started).toBe(true);
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/manifest.js']));
    expect(paths.filter((path) => /^(src|test)\//.test(path))).toEqual([]);
    expect(readdirSync(plugin.folder)).toEqual(before);
    expect((await plugin.rustic('pack', '--out', 'release')).stdout).toMatch(
      /\nWrote .+\/release\/rustic-plugin-tool-template-0\.1\.0\.tgz\n$/,
    );
    expect(readdirSync(join(plugin.folder, 'release'))).toEqual(['rustic-plugin-tool-template-0.1.0.tgz']);
  });

  it('fails where the package does not start', async () => {
    const plugin = await openPlugin();
    plugin.write('dist/index.js', 'export default { setup() { throw new Error("not today") } };');
    const { code, stdout, stderr } = await plugin.rustic('pack');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('not today');
  });
});
