import { mkdir, symlink, truncate } from 'node:fs/promises';
import type { Json } from '@rustic-ai/kernel';
import { describe, expect, it } from 'vitest';
import { openTools, type Tools } from './helper.js';

async function plant(tools: Tools, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(tools.path(name).replace(/\/[^/]*$/, ''), { recursive: true });
    await tools.put(name, content);
  }
}
const open = async (files: Record<string, string | Uint8Array>, options = {}) => {
  const tools = await openTools(options);
  await plant(tools, files);
  const paths = async (input: Json) => ((await tools.run('fs_glob', input)).data as { paths: string[] }).paths;
  return { ...tools, paths };
};

describe('fs_glob', () => {
  const tree = {
    'a.ts': '',
    'src/b.ts': '',
    'src/deep/c.tsx': '',
    'src/deep/d[1].js': '',
    '.hidden/e.ts': '',
    'src/.env': '',
  };

  it.each([
    ['*.ts', ['a.ts', 'src/b.ts']],
    ['./*.ts', ['a.ts', 'src/b.ts']],
    ['/a.ts', ['a.ts']],
    ['src/*', ['src/b.ts']],
    ['src/**', ['src/b.ts', 'src/deep/c.tsx', 'src/deep/d[1].js']],
    ['**/*.{ts,tsx}', ['a.ts', 'src/b.ts', 'src/deep/c.tsx']],
    ['src/**/?.tsx', ['src/deep/c.tsx']],
    ['**/[a-b].ts', ['a.ts', 'src/b.ts']],
    ['**/[!a].ts', ['src/b.ts']],
    [String.raw`**/d\[1\].js`, ['src/deep/d[1].js']],
    ['**/.env', ['src/.env']],
    ['**/{.env,b.ts}', ['src/b.ts', 'src/.env']],
    ['nothing/**', []],
  ])('finds %s', async (pattern, expected) => {
    const { paths } = await open(tree);
    expect((await paths({ pattern })).toSorted()).toEqual(expected.toSorted());
  });

  it('finds folders, hidden ones when told to, below a folder, page by page', async () => {
    const { paths, say, run } = await open(tree);
    expect(await paths({ pattern: '*', folders: true })).toEqual(['src', 'src/deep']);
    expect(await paths({ pattern: '*.ts', hidden: true })).toEqual(['a.ts', '.hidden/e.ts', 'src/b.ts']);
    expect(await paths({ pattern: '*', path: 'src/deep' })).toEqual(['src/deep/c.tsx', 'src/deep/d[1].js']);
    expect(await say('fs_glob', { pattern: '*.{ts,tsx}', limit: 2 })).toBe(
      'a.ts\nsrc/b.ts\n[There are more. Go on with offset 3.]',
    );
    expect(await say('fs_glob', { pattern: '*.{ts,tsx}', limit: 2, offset: 3 })).toBe('src/deep/c.tsx');
    expect(await say('fs_glob', { pattern: 'no' })).toBe('[Nothing was found.]');
    for (const pattern of ['[a', '{a,b'])
      await expect(run('fs_glob', { pattern })).rejects.toMatchObject({
        code: 'RUSTIC_FS_PATTERN',
        details: { pattern },
      });
  });

  it('takes time linear in the names, however the glob is written', async () => {
    const { paths } = await open({ ['a'.repeat(250)]: '' });
    const start = performance.now();
    expect(await paths({ pattern: `${'*a'.repeat(40)}b` })).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('shows names that could fool a terminal or a reader in quotes', async () => {
    const { say } = await open({ 'two\nlines': '', 'gpj.\u202eexe': '' });
    expect(await say('fs_glob', { pattern: '*' })).toBe(String.raw`"gpj.\u202eexe"` + '\n' + String.raw`"two\nlines"`);
  });
});

describe('ignore files', () => {
  const tree = {
    '.gitignore': 'dist/\n*.log\n!keep.log\n/top.txt\n',
    'a.log': 'x',
    'keep.log': 'x',
    'top.txt': 'x',
    'dist/out.js': 'x',
    'sub/top.txt': 'x',
    'sub/.gitignore': 'inner\n!a.log\n',
    'sub/a.log': 'x',
    'sub/inner/f': 'x',
    'sub/.ignore': 'f2\n',
    'sub/f2': 'x',
    '.git/info/exclude': 'secret.txt\n',
    'secret.txt': 'x',
  };

  it('are respected as git does, the nearest first, unless told otherwise', async () => {
    const { paths, say } = await open(tree);
    expect(await paths({ pattern: '*' })).toEqual(['keep.log', 'sub/a.log', 'sub/top.txt']);
    expect(await paths({ pattern: '*', ignored: true })).toEqual([
      'a.log',
      'keep.log',
      'secret.txt',
      'top.txt',
      'dist/out.js',
      'sub/a.log',
      'sub/f2',
      'sub/top.txt',
      'sub/inner/f',
    ]);
    expect(await say('fs_grep', { pattern: 'x', output: 'files' })).toBe('keep.log\nsub/a.log\nsub/top.txt');
  });

  it('above the folder of a search count as well', async () => {
    const { paths } = await open({ ...tree, 'sub/more/b.log': '', 'sub/more/inner/g': '', 'sub/more/ok': '' });
    expect(await paths({ pattern: '*', path: 'sub/more' })).toEqual(['sub/more/ok']);
  });
});

describe('fs_grep', () => {
  const text = 'one\ntwo\nthree\nfour\nfive\nsix\n';

  it('says where lines match, and what is around them', async () => {
    const { say, run } = await open({ a: text, 'd/b': 'two and two\n' });
    expect(await run('fs_grep', { pattern: 't[wh]' })).toEqual({
      parts: [{ type: 'text', text: 'a:2:two\na:3:three\nd/b:1:two and two' }],
      data: { shown: 3, complete: true, tooLarge: 0 },
    });
    expect(await say('fs_grep', { pattern: 'three', before: 1, after: 1 })).toBe('a-2-two\na:3:three\na-4-four');
    expect(await say('fs_grep', { pattern: 'one|five|six', after: 1 })).toBe('a:1:one\na-2-two\n--\na:5:five\na:6:six');
    expect(await say('fs_grep', { pattern: 'wo', output: 'counts' })).toBe('a:1\nd/b:1');
    expect(await say('fs_grep', { pattern: 'TWO', ignoreCase: true, path: 'd' })).toBe('d/b:1:two and two');
    expect(await say('fs_grep', { pattern: 'seven' })).toBe('[Nothing was found.]');
  });

  it.each([
    ['^t', 'a:2:two\na:3:three'],
    ['e$', 'a:1:one\na:3:three\na:5:five'],
    [String.raw`\Af`, 'a:4:four\na:5:five'],
    [String.raw`\s`, '[Nothing was found.]'],
    ['[^x]*e$', 'a:1:one\na:3:three\na:5:five'],
    ['^$', '[Nothing was found.]'],
    ['two\nthree', '[Nothing was found.]'],
    ['x?', 'a:1:one\na:2:two\na:3:three\na:4:four\na:5:five\na:6:six'],
  ])('matches %j line by line', async (pattern, expected) => {
    const { say } = await open({ a: text });
    expect(await say('fs_grep', { pattern })).toBe(expected);
    const windows = await open({ a: text.replaceAll('\n', '\r\n') });
    expect(await windows.say('fs_grep', { pattern })).toBe(expected);
  });

  it('matches over lines when told to', async () => {
    const { say } = await open({ a: text });
    expect(await say('fs_grep', { pattern: 'two.*four', multiline: true })).toBe('a:2:two\na:3:three\na:4:four');
    expect(await say('fs_grep', { pattern: 'two\nthree', literal: true })).toBe('a:2:two\na:3:three');
    expect(await say('fs_grep', { pattern: 'e\n', multiline: true })).toBe('a:1:one\na:3:three\na:5:five');
  });

  it('takes plain text literally', async () => {
    const { say, run } = await open({ a: 'f(x) = 1.5\nf(x) = 1x5\n' });
    expect(await say('fs_grep', { pattern: 'f(x) = 1.5', literal: true })).toBe('a:1:f(x) = 1.5');
    await expect(run('fs_grep', { pattern: 'f(' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_PATTERN',
      details: { pattern: 'f(', reason: expect.stringContaining('missing') },
    });
  });

  it('looks into files of a type or a glob', async () => {
    const { say, run } = await open({ 'a.ts': 'x', 'b.js': 'x', Makefile: 'x', 'd/c.ts': 'x' });
    const files = (input: object) => say('fs_grep', { pattern: 'x', output: 'files', ...input });
    expect(await files({ type: 'ts' })).toBe('a.ts\nd/c.ts');
    expect(await files({ type: 'make' })).toBe('Makefile');
    expect(await files({ glob: 'd/**' })).toBe('d/c.ts');
    await expect(run('fs_grep', { pattern: 'x', type: 'constructor' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_PATTERN',
    });
  });

  it('goes on where it ended, and shortens long lines around what was found', async () => {
    const { say, run } = await open({ a: 'x\n'.repeat(10), b: `${'-'.repeat(5_000)}needle${'-'.repeat(5_000)}\n` });
    expect(await run('fs_grep', { pattern: 'x', limit: 3, offset: 8 })).toMatchObject({
      parts: [{ text: 'a:8:x\na:9:x\na:10:x' }],
      data: { shown: 3, complete: true },
    });
    expect(await say('fs_grep', { pattern: 'x', limit: 2 })).toBe(
      'a:1:x\na:2:x\n[There are more. Go on with offset 3.]',
    );
    const line = await say('fs_grep', { pattern: 'needle' });
    expect(line).toMatch(/^b:1:\[… 4875 characters left out …]-{125}needle-{369}\[… 4631 characters left out …]$/);
  });

  it('leaves binary files out, and reads other encodings', async () => {
    const { say } = await open({
      bin: Buffer.from('needle\0'),
      wide: Buffer.from('\uFEFFa needle ö\n', 'utf16le'),
      west: Buffer.from('needle ö\n', 'latin1'),
    });
    expect(await say('fs_grep', { pattern: 'needle' })).toBe('west:1:needle ö\nwide:1:a needle ö');
    expect(await say('fs_grep', { pattern: 'n.*ö$' })).toBe('west:1:needle ö\nwide:1:a needle ö');
  });

  it('shows no file that may not be read, and does not tell whether it has a match', async () => {
    const files = { 'a.txt': 'password: none', 'secret.txt': 'password: 1234', 'd/link.txt': '' };
    const rules = [{ effect: 'deny', action: 'fs.read', match: 'secret.txt' }] as const;
    const { say, path, kernel } = await open(files, { rules });
    await symlink('../secret.txt', path('d/way.txt'));
    expect(await say('fs_grep', { pattern: 'password' })).toBe('a.txt:1:password: none');
    for (const output of ['files', 'counts', 'lines'])
      expect(await say('fs_grep', { pattern: '1234', output })).toBe(await say('fs_grep', { pattern: '4321', output }));
    const denied = (await kernel.audit()).find(({ decision }) => decision === 'deny');
    expect(denied).toMatchObject({ name: 'fs_info', accesses: [{}, { resource: path('secret.txt') }] });
  });

  it('takes time linear in the text, whatever the expression is', async () => {
    const { say } = await open({ a: `${'a'.repeat(100_000)}\n` });
    const start = performance.now();
    expect(await say('fs_grep', { pattern: '(a+)+b' })).toBe('[Nothing was found.]');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('leaves out what is too large, and says so', async () => {
    const { say, path } = await open({ a: 'x' });
    await truncate(path('a'), 33 * 1024 ** 2);
    expect(await say('fs_grep', { pattern: 'x' })).toBe(
      '[Nothing was found.]\n[Left out, for they are larger than 33554432 bytes: 1 files.]',
    );
  });
});
