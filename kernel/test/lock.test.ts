import { type Lock, parseLockFile, readLock } from '@rustic-ai/kernel';
import { formatLock, makeLock, readPackage, widened } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, install, lockOf, refusal } from './plugins.js';

const name = 'rustic-plugin-tool-it';
const config = {
  type: 'object',
  required: ['endpoint', 'folders'],
  properties: {
    endpoint: { type: 'string', default: 'https://api.example/v1' },
    folders: { type: 'array', default: [] },
    key: { type: 'string' },
  },
};
const permissions = [
  { action: 'net', match: { config: '/endpoint' }, reason: 'to ask' },
  { action: 'fs.read', match: { config: '/folders' }, reason: 'to look' },
  { action: 'secret', match: { config: '/key' }, reason: 'to pay' },
  { action: 'exec', match: 'git **', reason: 'to keep' },
];
const store = async (lock: Lock, root: string) => {
  const path = join(root, 'rustic.lock');
  await writeFile(path, formatLock(lock));
  return path;
};

describe('a lock', () => {
  it('has the same bytes whenever and wherever it is made', async () => {
    const make = async () => {
      const root = await folder();
      await install(root, { config, permissions });
      await writeFile(join(root, 'rustic.json'), '{}');
      const composition = { plugins: [{ package: name, options: {} }], bind: { tool: 'it' }, rules: [] };
      const again = () => makeLock({ folder: root, composition, inputs: ['rustic.json'], contracts: standard });
      const text = formatLock(await again());
      expect(formatLock(await again())).toBe(text);
      expect(text).not.toContain(root);
      return text;
    };
    expect(await make()).toBe(await make());
  });

  it('reads back as it was written', async () => {
    const root = await folder();
    await install(root, {});
    const lock = await lockOf(root);
    expect(await readLock(await store(lock, root))).toEqual(lock);
  });

  it('records content, options, permissions and the order of taps', async () => {
    const root = await folder();
    const own = await install(root, { config, permissions });
    const tap = (id: string, order: object) =>
      install(root, { package: id, id, contributes: { hook: { 'tool.call': order } } });
    await Promise.all([tap('b', {}), tap('a', { before: ['b'] })]);
    const composition = {
      plugins: [
        { package: name, options: { folders: ['docs/**', 'src/**'] } },
        { package: 'b', options: {} },
        { package: 'a', options: {} },
      ],
      bind: {},
      rules: [],
    };
    const lock = await makeLock({ folder: root, composition, inputs: [], contracts: standard });
    expect(lock.hooks).toEqual({ 'tool.call': ['a', 'b'] });
    expect(lock.plugins[0]).toMatchObject({
      id: 'tool-it',
      package: name,
      version: '1.2.3',
      entry: 'dist/index.js',
      options: { folders: ['docs/**', 'src/**'] },
      permissions: [
        { action: 'net', match: 'https://api.example:443', reason: 'to ask' },
        { action: 'fs.read', match: 'docs/**', reason: 'to look' },
        { action: 'fs.read', match: 'src/**', reason: 'to look' },
        { action: 'exec', match: 'git **', reason: 'to keep' },
      ],
    });
    expect(Object.keys(lock.plugins[0]?.files ?? {})).toEqual(['dist/index.js', 'dist/manifest.js', 'package.json']);
    expect(lock.plugins[0]).not.toHaveProperty('linked');
    expect(own).toContain('node_modules');
  });

  it('records what a link in dist leads to', async () => {
    const root = await folder();
    const own = await install(root, {});
    await writeFile(join(root, 'elsewhere.js'), '1');
    await symlink(join(root, 'elsewhere.js'), join(own, 'dist', 'chunk.js'));
    const before = await lockOf(root);
    await writeFile(join(root, 'elsewhere.js'), '2');
    expect((await lockOf(root)).digest).not.toBe(before.digest);
  });

  it.each(['http://localhost:11434/api', 'https://a.example', 'a.example:8080', '*.a.example'])(
    'grants exactly the origin of an address in the options: %s',
    async (endpoint) => {
      const root = await folder();
      await install(root, { config, permissions });
      const composition = { plugins: [{ package: name, options: { endpoint } }], bind: {}, rules: [] };
      const { plugins } = await makeLock({ folder: root, composition, inputs: [], contracts: standard });
      const origins: Record<string, string> = {
        'http://localhost:11434/api': 'http://localhost:11434',
        'https://a.example': 'https://a.example:443',
      };
      expect(plugins[0]?.permissions[0]?.match).toBe(origins[endpoint] ?? endpoint);
    },
  );

  it('marks what lies outside node_modules as linked', async () => {
    const root = await folder();
    await install(root, { at: 'plugins/mine' });
    expect((await lockOf(root, ['./plugins/mine'])).plugins[0]).toMatchObject({
      package: './plugins/mine',
      linked: true,
    });
  });
});

describe('a lock is not made', () => {
  it('of a package that is not installed', async () => {
    const root = await folder();
    for (const missing of ['rustic-plugin-none', './none', '@scope/none'])
      expect(await refusal(lockOf(root, [missing]))).toEqual({
        code: 'RUSTIC_PLUGIN_UNKNOWN',
        details: { package: missing, from: root },
      });
  });

  it.each<[string, (own: string) => Promise<void>, object]>([
    [
      'without a manifest',
      (own) => writeFile(join(own, 'package.json'), '{ "exports": { ".": "./dist/index.js" } }'),
      { reason: 'it is missing, not an object' },
    ],
    [
      'whose package.json is damaged',
      (own) => writeFile(join(own, 'package.json'), '{'),
      { reason: expect.stringContaining('JSON') },
    ],
    [
      'whose entry is elsewhere',
      (own) =>
        writeFile(
          join(own, 'package.json'),
          JSON.stringify({ exports: './src/index.ts', rustic: { manifest: { apiVersion: 1, id: 'a' } } }),
        ),
      { reason: 'exports["."] is no file below ./dist/' },
    ],
    [
      'whose entry is not there',
      (own) =>
        writeFile(
          join(own, 'package.json'),
          JSON.stringify({ exports: { '.': './dist/none.js' }, rustic: { manifest: { apiVersion: 1, id: 'a' } } }),
        ),
      { reason: 'exports["."] names dist/none.js, which is not there' },
    ],
    [
      'whose entry leaves dist',
      (own) =>
        writeFile(
          join(own, 'package.json'),
          JSON.stringify({ exports: { '.': './dist/../evil.js' }, rustic: { manifest: { apiVersion: 1, id: 'a' } } }),
        ),
      { reason: expect.stringContaining('which is not there') },
    ],
  ])('of a package %s', async (_, damage, details) => {
    const root = await folder();
    await damage(await install(root, {}));
    expect(await refusal(lockOf(root))).toMatchObject({
      code: 'RUSTIC_PLUGIN_MANIFEST',
      details: { package: name, ...details },
    });
  });

  it.each([
    [
      'another API version',
      { apiVersion: 2 },
      { code: 'RUSTIC_PLUGIN_API', details: { package: name, found: 2, supported: 1 } },
    ],
    [
      'a child process',
      { isolation: 'process' },
      { code: 'RUSTIC_PLUGIN_ISOLATION', details: { plugin: 'tool-it', isolation: 'process' } },
    ],
    [
      'options it does not get',
      { config: { ...config, required: ['key'] } },
      { code: 'RUSTIC_PLUGIN_OPTIONS', details: { plugin: 'tool-it', path: '/key', reason: 'is required' } },
    ],
    [
      'a capability nobody has',
      { requires: { store: { one: 'session.store' } } },
      { code: 'RUSTIC_CAPABILITY_MISSING', details: { plugin: 'tool-it', capability: 'session.store' } },
    ],
  ] as const)('of a package that needs %s', async (_, manifest, refused) => {
    const root = await folder();
    await install(root, manifest);
    expect(await refusal(lockOf(root))).toEqual(refused);
  });

  it('whose taps are ordered in a circle', async () => {
    const root = await folder();
    const tap = (id: string, after: string) =>
      install(root, { package: id, id, contributes: { hook: { 'tool.call': { after: [after] } } } });
    await Promise.all([tap('a', 'b'), tap('b', 'a')]);
    expect(await refusal(lockOf(root, ['a', 'b']))).toMatchObject({ code: 'RUSTIC_HOOK_CYCLE' });
  });

  it('by running the code of a package', async () => {
    const root = await folder();
    await install(root, { code: "throw new Error('it ran');" });
    await expect(lockOf(root)).resolves.toMatchObject({ plugins: [{ id: 'tool-it' }] });
    await expect(readPackage(name, root)).resolves.toMatchObject({ version: '1.2.3', linked: false });
  });
});

describe('reading a lock', () => {
  const damaged = async (change: (text: string) => string) => {
    const root = await folder();
    await install(root, {});
    const path = await store(await lockOf(root), root);
    await writeFile(path, change(await readFile(path, 'utf8')));
    return { path, refused: await refusal(parseLockFile(path)) };
  };

  it('that is not there says so', async () => {
    const path = join(await folder(), 'rustic.lock');
    expect(await refusal(readLock(path))).toEqual({ code: 'RUSTIC_LOCK_MISSING', details: { path } });
  });

  it.each<[string, (text: string) => string, unknown]>([
    ['empty', () => '', expect.stringContaining('JSON')],
    ['cut off', (text) => text.slice(0, -20), expect.stringContaining('JSON')],
    ['null', () => 'null', expect.any(String)],
    [
      'of another version',
      (text) => text.replace('"lockVersion": 1', '"lockVersion": 2'),
      'it has lock version 2; this kernel knows 1',
    ],
    [
      'for another API version',
      (text) => text.replace('"apiVersion": 1', '"apiVersion": 2'),
      'it is for plugins of API version 2; this kernel speaks 1',
    ],
    ['without its plugins', (text) => text.replace('"plugins": [', '"others": ['), 'parts of it are missing'],
    ['without its inputs', (text) => text.replace('"inputs": {}', '"inputs": null'), 'parts of it are missing'],
  ])('that is %s is refused', async (_, change, reason) => {
    const { path, refused } = await damaged(change);
    expect(refused).toEqual({ code: 'RUSTIC_LOCK_INVALID', details: { path, reason } });
  });

  it.each<[string, (text: string) => string]>([
    ['a version', (text) => text.replace('1.2.3', '1.2.4')],
    ['a file digest', (text) => text.replace(/"dist\/index.js": "./, '"dist/index.js": "x')],
    [
      'a permission',
      (text) =>
        text.replace('"permissions": []', '"permissions": [{ "action": "exec", "match": "**", "reason": "x" }]'),
    ],
    ['its own digest', (text) => text.replace(/^ {2}"digest": "./m, '  "digest": "x')],
    ['a field', (text) => text.replace('"bind": {}', '"bind": {}, "more": 1')],
  ])('in which %s was changed is refused', async (_, change) => {
    const { path, refused } = await damaged(change);
    expect(refused).toEqual({ code: 'RUSTIC_LOCK_ALTERED', details: { path } });
  });

  it('is indifferent to layout', async () => {
    expect((await damaged((text) => JSON.stringify(JSON.parse(text)))).refused).toBeUndefined();
  });

  it.each(['changed', 'gone'])('whose input is %s is refused, and parsed nevertheless', async (how) => {
    const root = await folder();
    await install(root, {});
    await writeFile(join(root, 'rustic.json'), '{}');
    const composition = { plugins: [], bind: {}, rules: [] };
    const lock = await makeLock({ folder: root, composition, inputs: ['rustic.json'], contracts: standard });
    const path = await store(lock, root);
    await expect(readLock(path)).resolves.toEqual(lock);
    await (how === 'changed' ? writeFile(join(root, 'rustic.json'), '{ }') : rm(join(root, 'rustic.json')));
    expect(await refusal(readLock(path))).toEqual({ code: 'RUSTIC_LOCK_STALE', details: { input: 'rustic.json' } });
    await expect(parseLockFile(path)).resolves.toEqual(lock);
  });
});

describe('what a new lock lets in', () => {
  const change = async (before: object | undefined, after: object) => {
    const root = await folder();
    const make = async (manifest: object) => (await install(root, manifest), lockOf(root));
    const old = before && (await make(before));
    return widened(old, await make(after));
  };
  const asks = { permissions: [{ action: 'exec', match: 'git **', reason: 'to keep' }] };

  it.each<[string, object | undefined, object, string[]]>([
    ['nothing new', asks, asks, []],
    ['less', asks, {}, ['tool-it@1.2.3 has other content than before']],
    [
      'a plugin and what it asks for',
      undefined,
      asks,
      ['tool-it@1.2.3 is new', 'tool-it asks for exec git ** (to keep)'],
    ],
    [
      'a permission',
      {},
      asks,
      ['tool-it@1.2.3 has other content than before', 'tool-it asks for exec git ** (to keep)'],
    ],
    ['other content', { text: 'a' }, { text: 'b' }, ['tool-it@1.2.3 has other content than before']],
    ['a version', { version: '1.0.0' }, { version: '2.0.0' }, ['tool-it@2.0.0 has other content than before']],
  ])('is listed: %s', async (_, before, after, listed) => {
    expect(await change(before, after)).toEqual(listed);
  });

  it('lists rules that loosen: an allow that is new, an ask or a deny that is gone; never the other way round', async () => {
    const root = await folder();
    await install(root, { at: 'mine' });
    const lock = await lockOf(root, ['./mine']);
    const allow = { effect: 'allow', action: 'exec', match: '**' } as const;
    const deny = { effect: 'deny', action: 'exec', match: 'git push **' } as const;
    const strict = { ...lock, rules: [deny] };
    const loose = { ...lock, rules: [allow] };
    expect(widened(strict, loose)).toEqual(['a rule is new: allow exec **', 'a rule is gone: deny exec git push **']);
    expect(widened(loose, strict)).toEqual([]);
  });

  it('leaves out the content of what is linked', async () => {
    const root = await folder();
    const make = async (text: string) => (await install(root, { at: 'mine', text }), lockOf(root, ['./mine']));
    expect(widened(await make('a'), await make('b'))).toEqual([]);
  });
});
