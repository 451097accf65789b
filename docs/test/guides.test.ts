import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { frontendSuite, keyValueSuite, modelFaultSuite, modelSuite, type Rule } from '@rustic-ai/kernel/testing';
import { read, root } from './repository.js';
// The tests of the examples are run where everything else is.
import '../examples/option-renamed/test/options.test.js';
import '../examples/policy-careful/test/policy.test.js';
import '../examples/provider-lines/test/conformance.test.js';
import '../examples/storage-table/test/conformance.test.js';
import '../examples/tool-rates/test/conformance.test.js';

/** Where the code of a page comes from: an example, or what the command on the page writes. */
const sources: Readonly<Record<string, string | undefined>> = {
  deprecations: 'docs/examples/option-renamed',
  'write-a-frontend': undefined,
  'write-a-policy': undefined,
  'write-a-provider': undefined,
  'write-a-skill-bundle': undefined,
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
    expect(page.match(/^```(?:ts|js|json|jsonc|md)$/gm)).toHaveLength(shown.length);
    for (const [, file = '', text] of shown) {
      const path = join(file.startsWith('docs/examples/') ? root : from, file);
      expect(await readFile(path, 'utf8'), file).toContain(text);
    }
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

/** The suite a page shows whole, and those whose rules it may name. */
const suites: Readonly<Record<string, readonly (readonly Pick<Rule<never>, 'id' | 'says'>[])[]>> = {
  'write-a-frontend': [frontendSuite],
  'write-a-provider': [modelSuite, modelFaultSuite],
  'write-a-storage-backend': [keyValueSuite],
};
describe.each(Object.entries(suites))('the guide %s', (name, [suite = [], ...more]) => {
  const page = read(`docs/guides/${name}.md`);

  it('shows what the suite checks, rule by rule', () => {
    const [, table = ''] = /^\| rule +\| the subject +\|\n.+\n((?:\|.+\n)+)/m.exec(page) ?? [];
    const rows = [...table.matchAll(/^\| `(.+?)` +\| (.+?) +\|$/gm)].map(([, id, says]) => [id, says]);
    expect(rows).toEqual(suite.map(({ id, says }) => [id, says]));
  });

  it('names three mistakes, and the rules that find them', () => {
    const [, text = ''] = /^## Mistakes people make\n([^]*?)^## /m.exec(page) ?? [];
    const mistakes = text.split(/^- /m).slice(1);
    expect(mistakes).toHaveLength(3);
    const known = [suite, ...more].flat().map(({ id }) => id);
    for (const mistake of mistakes) {
      const [, last = ''] = /\((`[^)]+`)\)\.\s*$/.exec(mistake) ?? [];
      const named = last.split(/,\s+/).map((id) => id.replaceAll('`', ''));
      expect(known, mistake).toEqual(expect.arrayContaining(named));
    }
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
  expect((await run('npm', 'test')).stdout).toMatch(/Tests .*17 passed/);
  const { stdout } = await node('cli/bin/rustic.js', 'plugin', 'check', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, package: 'rustic-plugin-tool-rates' });
}, 60_000);
