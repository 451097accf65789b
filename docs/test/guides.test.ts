import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { read, root } from './repository.js';
// The tests of the examples are run where everything else is.
import '../examples/option-renamed/test/options.test.js';
import '../examples/tool-rates/test/conformance.test.js';

/** Where the code of a page comes from: an example, or what the command on the page writes. */
const sources: Readonly<Record<string, string | undefined>> = {
  deprecations: 'docs/examples/option-renamed',
  'write-a-frontend': undefined,
  'write-a-policy': undefined,
  'write-a-provider': undefined,
  'write-a-storage-backend': undefined,
  'write-a-tool': 'docs/examples/tool-rates',
};
const command = /^npm create rustic-plugin@latest (.+)$/m;
const blocks = (page: string) => [...page.matchAll(/^`([\w./-]+)`(?:, .*)?:\n\n```\w+\n([^]*?)```$/gm)];
const commands = [...read('docs/cli.md').matchAll(/^## rustic (.+)$/gm)].map(([, name = '']) => name);

it('every guide to writing something is looked at', () => {
  const pages = readdirSync(join(root, 'docs/guides')).map((file) => file.replace('.md', ''));
  expect(pages.filter((name) => name.startsWith('write-') && !(name in sources))).toEqual([]);
});

describe.each(Object.entries(sources))('the guide %s', (name, example) => {
  const page = read(`docs/guides/${name}.md`);
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rustic-guide-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows files as they are, or parts of them', async () => {
    const [, line = ''] = command.exec(page) ?? [];
    const [dir = '', ...flags] = line.split(' ').filter((word) => word !== '--');
    if (line) {
      const bin = join(root, 'create-rustic-plugin/bin/create-rustic-plugin.js');
      execFileSync(process.execPath, [bin, dir, ...flags, '--no-install', '--no-git'], { cwd: folder });
    }
    const from = example === undefined ? join(folder, dir) : join(root, example);
    const shown = blocks(page);
    expect(shown.length).toBeGreaterThan(2);
    expect(page.match(/^```(?:ts|js|json|jsonc)$/gm)).toHaveLength(shown.length);
    for (const [, file = '', text] of shown) expect(await readFile(join(from, file), 'utf8'), file).toContain(text);
  });

  it('names commands and codes there are', () => {
    const text = page.replaceAll(/^```[^]*?^```$/gm, '');
    const codes = [...text.matchAll(/`(RUSTIC_[A-Z_]+)`/g)].map(([, code]) => code);
    expect(codes.filter((code) => !read('docs/errors.md').includes(`\`${code}\``))).toEqual([]);
    const named = [...page.matchAll(/(?:^|`)rustic ((?:plugin |storage |)[a-z-]+)/gm)].map(
      ([, command = '']) => command,
    );
    expect(named.filter((one) => !commands.includes(one))).toEqual([]);
  });
});

it('the guide to a tool leads to a package that is built, tested and checked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rustic-guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { cwd: folder });
  const node = (path: string, ...args: string[]) => run(process.execPath, join(root, path), ...args);
  await node('create-rustic-plugin/bin/create-rustic-plugin.js', '.', '--name', 'rates', '--no-install', '--no-git');
  for (const part of ['src', 'test']) {
    rmSync(join(folder, part), { recursive: true });
    cpSync(join(root, 'docs/examples/tool-rates', part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  expect((await run('npm', 'test')).stdout).toMatch(/Tests .*16 passed/);
  const { stdout } = await node('cli/bin/rustic.js', 'plugin', 'check', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, package: 'rustic-plugin-tool-rates' });
}, 60_000);
