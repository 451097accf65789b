import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { apiVersion } from '@rustic-ai/kernel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kernel, rangeFor, wrongRanges } from '../../.changeset/peers.mjs';
import { files, packages, published, read, root } from './repository.js';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
const plugins = files
  .filter((file) => /^(plugins|plugin-template|docs\/examples)\/(?!.*fixtures).*package\.json$/.test(file))
  .map((file) => JSON.parse(read(file)) as Package);
const { version } = JSON.parse(read('kernel/package.json')) as Package;
const plugin = (range: string): Package => ({
  name: 'rustic-plugin-x',
  version: '0.1.0',
  peerDependencies: { [kernel]: range },
});

describe('the peer range of every official plugin', () => {
  it('takes the kernel of today and each one before it that speaks its API version', () => {
    expect(plugins.length).toBeGreaterThan(20);
    expect(wrongRanges(plugins, version)).toEqual([]);
  });

  it('begins where its API version began', () => {
    expect([apiVersion, rangeFor('0.9.3'), rangeFor('1.0.0-next.2'), rangeFor('2.4.0')]).toEqual([
      1,
      '>=0.1.0 <1',
      '>=0.1.0 <2',
      '>=0.1.0 <3',
    ]);
  });

  it.each([
    ['is not widened by a new major', '>=0.1.0 <1'],
    ['shuts out the kernels before', '>=1.0.0 <2'],
    ['has no end', '>=0.1.0'],
  ])('is found when it %s', (_, range) => {
    expect(wrongRanges([plugin(range)], '1.0.0')).toEqual([`rustic-plugin-x: ${range}, not >=0.1.0 <2`]);
    expect(wrongRanges([plugin('>=0.1.0 <2'), { name: 'other', version: '1.0.0' }], '1.0.0')).toEqual([]);
  });
});

describe('a release', () => {
  /** A workspace with a kernel and two plugins, and the configuration of this one; `bump` is what happens to the kernel. */
  async function release(bump: 'minor' | 'major') {
    const folder = await mkdtemp(join(tmpdir(), 'rustic-release-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const peers = { peerDependencies: { [kernel]: '>=0.1.0 <1' }, devDependencies: { [kernel]: '0.9.0' } };
    const config = { ...(JSON.parse(read('.changeset/config.json')) as object), ignore: [] };
    const texts: Readonly<Record<string, string | object>> = {
      'package.json': { name: 'workspace', private: true, workspaces: ['kernel', 'plugins/*', 'plugin-template'] },
      'package-lock.json': { lockfileVersion: 3 },
      'kernel/package.json': { name: kernel, version: '0.9.0' },
      'plugins/a/package.json': { name: '@rustic-ai/plugin-a', version: '0.4.0', ...peers },
      'plugin-template/package.json': { name: 'rustic-plugin-b', version: '0.4.0', private: true, ...peers },
      '.changeset/config.json': config,
      '.changeset/change.md': `---\n'${kernel}': ${bump}\n---\n\nIt changed.\n`,
    };
    for (const [path, text] of Object.entries(texts)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text));
    }
    await promisify(execFile)(process.execPath, [join(root, '.changeset/version.mjs')], { cwd: folder });
    const after = async (path: string) =>
      JSON.parse(await readFile(join(folder, path, 'package.json'), 'utf8')) as Package;
    return { kernel: await after('kernel'), plugins: [await after('plugins/a'), await after('plugin-template')] };
  }

  it('of a kernel major widens every range, and publishes each plugin again', async () => {
    const made = await release('major');
    expect(made.kernel.version).toBe('1.0.0');
    expect(made.plugins.map(({ peerDependencies }) => peerDependencies?.[kernel])).toEqual([
      '>=0.1.0 <2',
      '>=0.1.0 <2',
    ]);
    expect(made.plugins.map((one) => one.version)).toEqual(['0.4.1', '0.4.1']);
  });

  it('of a kernel minor leaves every range and every plugin as it was', async () => {
    const made = await release('minor');
    expect(made.kernel.version).toBe('0.10.0');
    expect(made.plugins.map(({ peerDependencies }) => peerDependencies?.[kernel])).toEqual([
      '>=0.1.0 <1',
      '>=0.1.0 <1',
    ]);
    expect(made.plugins.map((one) => one.version)).toEqual(['0.4.0', '0.4.0']);
  });

  it('says in its changesets what there is, and names every package that was never published', () => {
    const texts = files.filter((file) => /^\.changeset\/(?!README).+\.md$/.test(file)).map(read);
    const named = texts.flatMap((text) =>
      [...text.matchAll(/^'([^']+)': (?:major|minor|patch)$/gm)].map(([, name]) => name),
    );
    const known = packages.map(({ json }) => json.name);
    expect(named.filter((name = '') => !known.includes(name))).toEqual([]);
    const unpublished = published.filter(({ json }) => json['version'] === '0.1.0').map(({ json }) => json.name);
    expect(unpublished.filter((name) => !named.includes(name))).toEqual([]);
  });
});
