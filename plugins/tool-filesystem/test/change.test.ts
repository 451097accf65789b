import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTools, openWith } from './helper.js';

const change = '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n';

describe('fs_write', () => {
  it('makes a file and its folders, once it was shown', async () => {
    const { run, get, kernel } = await openTools();
    const diff = '--- /dev/null\n+++ b/d/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n';
    expect(await run('fs_write', { path: 'd/a.txt', content: 'one\ntwo\n' })).toEqual({
      parts: [{ type: 'text', text: `Wrote d/a.txt: 2 lines.\n${diff}` }],
      data: { path: 'd/a.txt', diff },
    });
    expect(await get('d/a.txt')).toBe('one\ntwo\n');
    expect(kernel.asks).toMatchObject([
      {
        accesses: [
          { action: 'tool', resource: 'fs_write' },
          { action: 'fs.read', resource: `${kernel.workspace}/d/a.txt` },
          { action: 'fs.write', resource: `${kernel.workspace}/d/a.txt` },
        ],
        detail: { type: 'diff', text: diff },
      },
    ]);
  });

  it('overwrites only when told to', async () => {
    const { run, put, get, say } = await openTools();
    await put('a.txt', 'one\ntwo\nthree\n');
    const input = { path: 'a.txt', content: 'one\nTWO\nthree\n' };
    await expect(run('fs_write', input)).rejects.toMatchObject({
      code: 'RUSTIC_FS_EXISTS',
      details: { path: 'a.txt' },
    });
    expect(await get('a.txt')).toBe('one\ntwo\nthree\n');
    expect(await say('fs_write', { ...input, overwrite: true })).toBe(`Overwrote a.txt: 3 lines.\n${change}`);
    expect(await get('a.txt')).toBe(input.content);
    expect(await say('fs_write', { ...input, overwrite: true })).toContain('Its content is the same as before.');
  });

  it('shows that a file which is not text is replaced', async () => {
    const { say, put } = await openTools();
    await put('b', new Uint8Array([0, 1, 2]));
    expect(await say('fs_write', { path: 'b', content: 'x\n', overwrite: true })).toContain(
      '-[3 bytes that are not text]\n+x\n',
    );
  });

  it('shows a change of everything, and the beginning of a huge one', { timeout: 20_000 }, async () => {
    const { say, put } = await openTools();
    const lines = (word: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${word} ${(index * 7_919) % 10_007}\n`).join('');
    await put('a', lines('old', 9_000));
    const said = await say('fs_write', { path: 'a', content: lines('new', 9_000), overwrite: true });
    expect(said).toMatch(/^Overwrote a: 9000 lines\.\n--- a\/a\n\+\+\+ b\/a\n@@ -1,9000 \+1,9000 @@\n-old 0\n/);
    expect(said).toMatch(/\n\[… the rest of the diff is left out …\]\n$/);
    expect(said.length).toBeLessThan(66_000);
  });
});

describe('fs_edit', () => {
  it('replaces what occurs once, and says what changed', async () => {
    const { run, put, get, kernel } = await openTools();
    await put('a.txt', 'one\ntwo\nthree\n');
    expect(await run('fs_edit', { path: 'a.txt', old: 'two', new: 'TWO' })).toEqual({
      parts: [{ type: 'text', text: `Replaced one occurrence in a.txt.\n${change}` }],
      data: { path: 'a.txt', diff: change },
    });
    expect(await get('a.txt')).toBe('one\nTWO\nthree\n');
    expect(kernel.asks[0]?.detail).toEqual({ type: 'diff', text: change });
  });

  it('refuses several occurrences unless all are meant, and takes the text literally', async () => {
    const { run, put, get, say } = await openTools();
    await put('a', 'x.y x.y xzy\n');
    await expect(run('fs_edit', { path: 'a', old: 'x.y', new: '$&' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_MANY_MATCHES',
      details: { path: 'a', count: 2 },
    });
    expect(await say('fs_edit', { path: 'a', old: 'x.y', new: '$&', replaceAll: true })).toContain(
      'Replaced 2 occurrences in a.',
    );
    expect(await get('a')).toBe('$& $& xzy\n');
  });

  it('says where the text nearest to a missing one stands', async () => {
    const { run, put } = await openTools();
    await put('a', 'first\n\tif (ready) {\n\t\tgo();\n\t}\nlast\n');
    const refusal = (nearest: string) => ({ code: 'RUSTIC_FS_NO_MATCH', details: { path: 'a', nearest } });
    for (const [old, nearest] of [
      ['if (ready) {\n  go();\n}\n', ' The nearest text is at lines 2 to 4 and differs in white space only.'],
      ['if (ready) {\n  stop();\n}', ' The nearest text is at lines 2 to 4.'],
      ['nothing like it', ''],
    ] as const)
      await expect(run('fs_edit', { path: 'a', old, new: '' })).rejects.toMatchObject(refusal(nearest));
  });

  it('keeps line ends and the byte order mark', async () => {
    const { run, put, get } = await openTools();
    await put('a', '\uFEFFone\r\ntwo\r\n(three)\r\nfour\r\n');
    await run('fs_edit', { path: 'a', old: 'two\n(three)', new: '2\n2.5\n3' });
    expect(await get('a')).toBe('\uFEFFone\r\n2\r\n2.5\r\n3\r\nfour\r\n');
    await run('fs_edit', { path: 'a', old: 'four', new: '4\n5' });
    expect(await get('a')).toBe('\uFEFFone\r\n2\r\n2.5\r\n3\r\n4\r\n5\r\n');
  });

  it('refuses files that are missing or not text', async () => {
    const { run, put } = await openTools();
    await put('b', new Uint8Array([0x61, 0xff]));
    await expect(run('fs_edit', { path: 'gone', old: 'a', new: 'b' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_MISSING',
      details: { path: 'gone' },
    });
    await expect(run('fs_edit', { path: 'b', old: 'a', new: 'b' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_BINARY',
      details: { path: 'b' },
    });
  });

  it('loses none of many edits of one file at once', async () => {
    const { run, put, get } = await openTools();
    const names = Array.from({ length: 30 }, (_, index) => `<${index}>`);
    await put('a', names.join('\n'));
    await Promise.all(names.map((name) => run('fs_edit', { path: 'a', old: name, new: `done${name}` })));
    expect(await get('a')).toBe(names.map((name) => `done${name}`).join('\n'));
  });
});

describe('between the decision and the change', () => {
  it('refuses to overwrite content that was not shown', async () => {
    const { run, put, get } = await openWith((folder) => writeFile(join(folder, 'a'), 'precious'));
    await put('a', 'old');
    const refusal = { code: 'RUSTIC_FS_CHANGED', details: { path: 'a' } };
    await expect(run('fs_write', { path: 'a', content: 'new', overwrite: true })).rejects.toMatchObject(refusal);
    expect(await get('a')).toBe('precious');
  });

  it('refuses to replace more than was shown, and keeps what changed elsewhere', async () => {
    let content = 'two\ntwo\n';
    const { run, put, get } = await openWith((folder) => writeFile(join(folder, 'a'), content));
    const edit = { path: 'a', old: 'two', new: '2', replaceAll: true };
    await put('a', 'two\n');
    const refusal = { code: 'RUSTIC_FS_CHANGED', details: { path: 'a' } };
    await expect(run('fs_edit', edit)).rejects.toMatchObject(refusal);
    expect(await get('a')).toBe(content);
    await put('a', 'two\n');
    content = 'one\ntwo\n';
    await run('fs_edit', edit);
    expect(await get('a')).toBe('one\n2\n');
  });

  it('refuses when the path leads elsewhere by now', async () => {
    const { run, put, path, get } = await openWith(async (folder) => {
      await rm(join(folder, 'way'));
      await symlink('protected', join(folder, 'way'));
    });
    await mkdir(path('free'));
    await mkdir(path('protected'));
    await put('protected/a', 'kept');
    await symlink('free', path('way'));
    await expect(run('fs_write', { path: 'way/a', content: 'x', overwrite: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_CHANGED',
      details: { path: 'way/a' },
    });
    expect(await get('protected/a')).toBe('kept');
  });
});

describe('a rule that forbids reading a file', () => {
  it('also forbids to change it, which would show what is in it', async () => {
    const { run, put, kernel } = await openTools({
      rules: [{ effect: 'deny', action: 'fs.read', match: 'secret.txt' }],
    });
    await put('secret.txt', 'the password\n');
    const input = { path: 'secret.txt', old: 'x', new: 'y' };
    await expect(run('fs_edit', input)).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(kernel.asks).toEqual([]);
  });
});
