import type { Access, Rule } from '@rustic-ai/kernel';
import type { TestKernel } from '@rustic-ai/kernel/testing';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open, refusal, toolbox } from './plugins.js';

const access = (input: unknown) => (input as { accesses: Access[] }).accesses;
const tools = toolbox('tools', { touch: { effects: { kind: 'write', idempotent: false, openWorld: true }, access } });
const compose = (effect: Rule['effect'], action: string, ...patterns: string[]) =>
  open({ plugins: [tools], rules: patterns.map((match) => ({ effect, action, match })) });
/** Whether a rule was what decided: everything here is asked, and answered with no, otherwise. */
async function ruled(kernel: TestKernel, action: string, resource: string) {
  await refusal(kernel.use('tool').default.invoke({ accesses: [{ action, resource }] }, kernel.call()));
  return (await kernel.audit()).at(-1)?.by === 'rule';
}
const decides = async (effect: Rule['effect'], action: string, pattern: string, resource: string) =>
  ruled(await compose(effect, action, pattern), action, resource);

describe('exec', () => {
  it.each([
    ['git status', 'git status', true],
    ['git status', '  git   status ', true],
    ['git status', 'git status -s', false],
    ['git status', 'git', false],
    ['git *', 'git status', true],
    ['git *', 'git status -s', false],
    ['git *', 'git', false],
    ['git **', 'git status -s', true],
    ['git **', 'git', true],
    ['git **', 'gitk', false],
    ['* --version', 'node --version', true],
    ['npm run *', 'npm run build', true],
    ['git ** push', 'git a push', false],
    ['**', 'anything at all', true],
  ])('allow "%s" and the line "%s"', async (pattern, line, allowed) => {
    expect(await decides('allow', 'exec', pattern, line)).toBe(allowed);
  });

  const tricks = [
    '; ls',
    ' && ls',
    ' | sh',
    ' & ls',
    '\nls',
    '\r\nls',
    ' > x',
    ' $(ls)',
    ' `ls`',
    ' *',
    ' {a,b}',
    ' (ls)',
    ' a\u0000b',
  ];
  it.each(tricks)('no allow rule covers a line with %j', async (trick) => {
    const kernel = await compose('allow', 'exec', 'git **', 'echo **');
    expect(await ruled(kernel, 'exec', `git status${trick}`)).toBe(false);
    expect(await ruled(kernel, 'exec', `echo${trick}`)).toBe(false);
  });

  it('no allow rule covers a line of more than 10,000 characters', async () => {
    const kernel = await compose('allow', 'exec', 'echo **');
    expect(await ruled(kernel, 'exec', `echo ${'a'.repeat(9_995)}`)).toBe(true);
    expect(await ruled(kernel, 'exec', `echo ${'a'.repeat(9_996)}`)).toBe(false);
  });

  it.each([
    'rm -rf x',
    'ls; rm -rf x',
    'ls && rm x',
    'ls|rm x',
    'ls\nrm x',
    'echo $(rm x)',
    'echo `rm x`',
    'sudo rm x',
    'env A=b rm x',
    'xargs rm',
    'find . -exec rm {} +',
    '(rm x)',
    '"rm" x',
  ])('deny "rm **" sees the part of %j', async (line) => {
    expect(await decides('deny', 'exec', 'rm **', line)).toBe(true);
  });

  it('deny "rm **" sees the last of thousands of parts', async () => {
    expect(await decides('deny', 'exec', 'rm **', `${'ls; '.repeat(5_000)}rm x`)).toBe(true);
  });

  it.each(['ls', 'rmdir x', 'echo form', 'git rm-cached'])('deny "rm **" leaves %j', async (line) => {
    expect(await decides('deny', 'exec', 'rm **', line)).toBe(false);
  });
});

describe('files', () => {
  const workspace = async (effect: Rule['effect'], ...patterns: string[]) => {
    const kernel = await compose(effect, 'fs.write', ...patterns);
    const path = (name: string) => join(kernel.workspace, name);
    return { kernel, path, ruled: (resource: string) => ruled(kernel, 'fs.write', resource) };
  };

  it.each([
    ['src/**', 'src/a.ts', true],
    ['src/**', 'src/.env', true],
    ['src/**', 'src/a/b/c', true],
    ['src/**', 'src2/a', false],
    ['src/**', 'src/../secret', false],
    ['src/*', 'src/a/b', false],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'docs/a/README.md', true],
    ['a.txt', 'a.txt', true],
    ['a.txt', './b/../a.txt', true],
    ['a.txt', 'A.TXT', false],
    ['./src/*', 'src/a', true],
    ['src/./a/../*', 'src/x', true],
    ['{a,b}.txt', 'b.txt', true],
    ['a(1).txt', 'a(1).txt', true],
    ['**', '/etc/passwd', false],
    ['/etc/*', '/etc/passwd', true],
    ['/etc/*', '/etc/../root/x', false],
    ['~/notes/*', '.home/notes/x', true],
    ['../**', '../elsewhere', true],
    ['src/**', 'src', true],
    ['*/**', 'README.md', false],
    ['s?c/[ab].{ts,js}', 'src/a.ts', true],
    ['s?c/[ab].{ts,js}', 'src/c.ts', false],
    ['**/a/**/*.ts', 'x/a/y/z.ts', true],
    ['**/a/**/*.ts', 'x/b/y/z.ts', false],
    ['**/!x', '!x', true],
  ])('allow "%s" and the file "%s"', async (pattern, file, allowed) => {
    expect(await (await workspace('allow', pattern)).ruled(file)).toBe(allowed);
  });

  it.each([
    ['secret/**', 'SECRET/x'],
    ['secret.txt', 'Secret.TXT'],
    ['caf\u00e9/*', 'cafe\u0301/x'],
    ['../other/**', '../other/x'],
    ['./secret/*', 'secret/x'],
    ['/ETC/**', '/etc/passwd'],
    ['**/.env', 'a/.env'],
  ])('deny "%s" holds for "%s"', async (pattern, file) => {
    expect(await (await workspace('deny', pattern)).ruled(file)).toBe(true);
  });

  it('are judged where they really are', async () => {
    const outside = await open({ plugins: [] });
    const { ruled, path } = await workspace('allow', '**');
    await symlink(outside.workspace, path('link'));
    await symlink(join(outside.workspace, 'not-yet'), path('dangling'));
    await symlink('dangling', path('twice'));
    await mkdir(path('real'));
    await symlink(path('real'), path('inside'));
    expect(await ruled('link/x')).toBe(false);
    expect(await ruled('link')).toBe(false);
    expect(await ruled('dangling')).toBe(false);
    expect(await ruled('dangling/x')).toBe(false);
    expect(await ruled('twice')).toBe(false);
    expect(await ruled('inside/x')).toBe(true);
  });

  it('in a circle of links are judged by their name', async () => {
    const { ruled, path } = await workspace('deny', 'loop/**');
    await symlink(path('loop'), path('loop'));
    expect(await ruled('loop/x')).toBe(true);
  });

  it('are denied behind a link that the rule itself names, and only denied', async () => {
    const outside = await open({ plugins: [] });
    const deny = await workspace('deny', 'keys/**');
    await symlink(outside.workspace, deny.path('keys'));
    expect(await deny.ruled('keys/id')).toBe(true);
    const allow = await workspace('allow', 'build/**');
    await symlink(outside.workspace, allow.path('build'));
    expect(await allow.ruled('build/x')).toBe(false);
  });

  it('in a folder whose name looks like a glob are told apart', async () => {
    const outer = await open({ plugins: [] });
    const cwd = join(outer.workspace, 'a[b]{c}(d)');
    await mkdir(cwd);
    const folders = { ...outer.host.folders, cwd };
    const kernel = await open({
      plugins: [tools],
      rules: [{ effect: 'allow', action: 'fs.write', match: '*.md' }],
      host: { folders },
    });
    expect(await ruled(kernel, 'fs.write', 'x.md')).toBe(true);
    expect(await ruled(kernel, 'fs.write', join(outer.workspace, 'ab', 'x.md'))).toBe(false);
  });

  it.each(['*/../x', '+(a|aa)b', '{a/b,c}/*'])('"%s" is no pattern', async (rule) => {
    await expect(workspace('deny', rule)).rejects.toMatchObject({ code: 'RUSTIC_RULE_INVALID', details: { rule } });
  });

  it('on another machine are judged without ".." inside', async () => {
    const kernel = await compose('deny', 'fs.write', '/etc/**');
    const accesses = [{ action: 'fs.write', resource: '/tmp/../etc/passwd', target: 'prod' }];
    const refused = await refusal(kernel.use('tool').default.invoke({ accesses }, kernel.call()));
    expect(refused).toMatchObject({ details: { by: 'rule' } });
  });

  it('by a path made to keep a pattern busy are decided', async () => {
    const { ruled } = await workspace('deny', '**/a/**/a/**/b', '*a*a*a*a*b', '**/*.{ts,js}');
    for (const piece of ['a', 'a/', '../'])
      for (const length of [30_000, 1_000_000])
        expect([piece, length, await ruled(piece.repeat(length / piece.length))]).toEqual([piece, length, false]);
  });

  it('that are read inside the workspace need no rule, but for what a link brings in', async () => {
    const kernel = await open({ plugins: [tools] });
    const read = async (resource: string) =>
      (await refusal(kernel.use('tool').default.invoke({ accesses: [{ action: 'fs.read', resource }] }, kernel.call())))
        ?.code ?? 'allow';
    await writeFile(join(kernel.workspace, 'a'), '');
    await symlink('/etc', join(kernel.workspace, 'etc'));
    expect(await read('a')).toBe('allow');
    expect(await read(kernel.workspace)).toBe('allow');
    expect(await read('etc/hostname')).toBe('RUSTIC_PERMISSION_DENIED');
    expect(await read(`${kernel.workspace}-other/x`)).toBe('RUSTIC_PERMISSION_DENIED');
    await rm(join(kernel.workspace, 'etc'));
  });
});

describe('net', () => {
  it.each([
    ['example.com', 'https://example.com/path?q=1', true],
    ['example.com', 'http://EXAMPLE.com:8080', true],
    ['example.com', 'example.com', true],
    ['example.com', 'https://a.example.com', false],
    ['example.com', 'https://example.com.evil.org', false],
    ['example.com', 'https://example.com@evil.org', false],
    ['example.com', 'https://evil.org/?https://example.com', false],
    ['example.com', 'https://examplexcom', false],
    ['*.example.com', 'https://a.b.example.com', true],
    ['*.example.com', 'https://example.com', false],
    ['*.example.com', 'https://badexample.com', false],
    ['https://example.com', 'http://example.com', false],
    ['https://example.com:443', 'https://example.com', true],
    ['https://example.com:443', 'https://example.com:8443', false],
    ['http://localhost:11434', 'http://localhost:11434/api', true],
    ['example.com:80', 'http://example.com', true],
    ['127.0.0.1', 'http://127.0.0.1:1', true],
    ['127.0.0.1', 'http://2130706433', true],
    ['[::1]', 'http://[::1]:80', true],
    ['2130706433', 'http://127.0.0.1', true],
    ['127.0.0.1', 'http://0x7f.1', true],
    ['127.0.0.1', 'http://0177.0.0.1', true],
    ['b\u00fccher.example', 'https://xn--bcher-kva.example', true],
    ['xn--bcher-kva.example', 'https://B\u00dcCHER.example', true],
    ['example.com', 'https://user:word@example.com', true],
    ['example.com', 'ssh://EXAMPLE.com', true],
    ['ssh://example.com', 'https://example.com', false],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]', false],
    ['**', 'https://anything.example', true],
    ['example.com', 'not a url', false],
  ])('allow "%s" and %s', async (pattern, url, allowed) => {
    expect(await decides('allow', 'net', pattern, url)).toBe(allowed);
  });

  it('a deny is not avoided by a dot at the end', async () => {
    expect(await decides('deny', 'net', 'evil.org', 'https://EVIL.org./x')).toBe(true);
    expect(await decides('allow', 'net', 'evil.org', 'https://evil.org./x')).toBe(false);
  });

  it.each([
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]'],
    ['[::ffff:127.0.0.1]', 'http://127.0.0.1'],
    ['*.evil.org', 'https://a.b.EVIL.org.'],
    ['**', 'not an address'],
  ])('deny "%s" holds for %s', async (pattern, url) => {
    expect(await decides('deny', 'net', pattern, url)).toBe(true);
  });

  it.each(['http://', 'a b', 'https://x/y', '*', 'exa*mple.com', 'x:port'])('"%s" is no pattern', async (pattern) => {
    await expect(compose('allow', 'net', pattern)).rejects.toMatchObject({ code: 'RUSTIC_RULE_INVALID' });
  });
});

describe('names', () => {
  it.each([
    ['KEY', 'KEY', true],
    ['KEY', 'key', false],
    ['KEY_*', 'KEY_A', true],
    ['KEY_*', 'MY_KEY_A', false],
    ['*', 'anything/at all', true],
    ['a.c', 'abc', false],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'abcd', false],
    ['a+(b)', 'a+(b)', true],
  ])('allow "%s" and "%s"', async (pattern, name, allowed) => {
    expect(await decides('allow', 'secret', pattern, name)).toBe(allowed);
  });
});
