import { chmod, readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openTools } from './helper.js';

describe('fs_multi_edit', () => {
  it('makes edits of many files, those of one after each other', async () => {
    const { run, put, get, kernel } = await openTools();
    await put('a', 'one\n');
    await put('b', 'x x\n');
    const edits = [
      { path: 'a', old: 'one', new: 'two' },
      { path: 'b', old: 'x', new: 'y', replaceAll: true },
      { path: 'a', old: 'two', new: 'three' },
    ];
    const diffs = [
      '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-one\n+three\n',
      '--- a/b\n+++ b/b\n@@ -1,1 +1,1 @@\n-x x\n+y y\n',
    ];
    expect(await run('fs_multi_edit', { edits })).toEqual({
      parts: [
        { type: 'text', text: `Replaced 2 occurrences in a.\n${diffs[0]}\nReplaced 2 occurrences in b.\n${diffs[1]}` },
      ],
      data: {
        files: [
          { path: 'a', diff: diffs[0] },
          { path: 'b', diff: diffs[1] },
        ],
      },
    });
    expect([await get('a'), await get('b')]).toEqual(['three\n', 'y y\n']);
    expect(kernel.asks[0]?.detail).toEqual({ type: 'diff', text: diffs.join('') });
  });

  it('makes none when one does not fit', async () => {
    const { run, put, get } = await openTools();
    await put('a', 'one\n');
    await put('b', 'x\n');
    const edits = [
      { path: 'a', old: 'one', new: 'two' },
      { path: 'b', old: 'gone', new: '' },
    ];
    await expect(run('fs_multi_edit', { edits })).rejects.toMatchObject({
      code: 'RUSTIC_FS_NO_MATCH',
      details: { path: 'b' },
    });
    expect(await get('a')).toBe('one\n');
  });

  it('never waits for another that has the same files in another order', async () => {
    const { run, put, get } = await openTools();
    await put('a', '<>');
    await put('b', '<>');
    const edit = (path: string) => ({ path, old: '<', new: '<+' });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        run('fs_multi_edit', { edits: n % 2 ? [edit('a'), edit('b')] : [edit('b'), edit('a')] }),
      ),
    );
    expect(await get('a')).toBe(`<${'+'.repeat(20)}>`);
  });
});

describe('fs_patch', () => {
  const patch = [
    'diff --git a/a b/a',
    'index 111..222 100644',
    '--- a/a',
    '+++ b/a',
    '@@ -1,3 +1,3 @@',
    ' one',
    '-two',
    '+TWO',
    ' three',
    'diff --git a/new b/new',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/new',
    '@@ -0,0 +1 @@',
    '+fresh',
    'diff --git a/old b/old',
    'deleted file mode 100644',
    '--- a/old',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-gone',
    '',
  ].join('\n');

  it('changes, makes and removes files', async () => {
    const { say, put, get, kernel } = await openTools();
    await put('a', 'one\r\ntwo\r\nthree\r\n');
    await put('old', 'gone\n');
    expect(await say('fs_patch', { patch })).toMatch(
      /^Patched a\.\n[^]*\nMade new\.\n[^]*\nRemoved old\.\n--- a\/old\n\+\+\+ \/dev\/null\n/,
    );
    expect(await get('a')).toBe('one\r\nTWO\r\nthree\r\n');
    expect(await get('new')).toBe('fresh\n');
    await expect(get('old')).rejects.toThrow('ENOENT');
    expect(kernel.asks[0]?.accesses.filter(({ action }) => action === 'fs.write')).toHaveLength(3);
  });

  it('changes nothing when any of it does not fit', async () => {
    const { run, put, get } = await openTools();
    await put('a', 'one\ntwo\nthree\n');
    const misfit = (reason: string) => ({ code: 'RUSTIC_FS_PATCH', details: { reason } });
    await expect(run('fs_patch', { patch })).rejects.toMatchObject(misfit('old does not exist'));
    await put('old', 'gone\nand more\n');
    await expect(run('fs_patch', { patch })).rejects.toMatchObject(misfit('old holds more than what it takes out'));
    await put('old', 'other\n');
    await expect(run('fs_patch', { patch })).rejects.toMatchObject(misfit('old does not hold what its hunks expect'));
    await put('old', 'gone\n');
    await put('new', '');
    await expect(run('fs_patch', { patch })).rejects.toMatchObject(misfit('new is new in it, and exists already'));
    expect(await get('a')).toBe('one\ntwo\nthree\n');
    const bad = {
      'no patch': 'it has no hunk "@@ -1,2 +1,2 @@" of any file',
      '--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n': 'x does not exist',
      'diff --git a/x b/y\nrename from x\nrename to y\n': 'x does not exist',
      'diff --git a/x b/y\nrename from "x\\t"\nrename to y\n': 'a name in quotes can not be read; move the file',
      '@@ -1 +1 @@\n-a\n+b\n': 'a file in it has no name',
      '--- a\n+++ a\n@@ -1 +1 @@\n-one\n+b\n--- a\n+++ a\n@@ -1 +1 @@\n-b\n+c\n': 'it has a twice',
    };
    for (const [text, reason] of Object.entries(bad))
      await expect(run('fs_patch', { patch: text })).rejects.toMatchObject(misfit(reason));
    await expect(run('fs_patch', { patch: '--- a/a\n+++ b/a\n@@ -1,9 +1 @@\n-a\n+b\n' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_PATCH',
    });
  });

  const renames = [
    'diff --git a/x.sh b/d/y.sh',
    'similarity index 100%',
    'rename from x.sh',
    'rename to d/y.sh',
    'diff --git a/p b/q',
    'similarity index 60%',
    'rename from p',
    'rename to q',
    '--- a/p',
    '+++ b/q',
    '@@ -1,2 +1,2 @@',
    ' one',
    '-two',
    '+TWO',
    '',
  ].join('\n');

  it('renames files, with and without a change of them, and keeps their permissions', async () => {
    const { say, put, get, path, kernel } = await openTools();
    await put('x.sh', new Uint8Array([0, 1, 2]));
    await chmod(path('x.sh'), 0o751);
    await put('p', 'one\ntwo\n');
    await chmod(path('p'), 0o640);
    const said = await say('fs_patch', { patch: renames });
    expect(said).toBe(
      'Renamed x.sh to d/y.sh.\nRenamed p to q, and patched it.\n--- a/p\n+++ b/q\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n',
    );
    expect(await readFile(path('d/y.sh'))).toEqual(Buffer.from([0, 1, 2]));
    expect(await get('q')).toBe('one\nTWO\n');
    expect([(await stat(path('d/y.sh'))).mode & 0o777, (await stat(path('q'))).mode & 0o777]).toEqual([0o751, 0o640]);
    for (const gone of ['x.sh', 'p']) await expect(get(gone)).rejects.toThrow('ENOENT');
    const written = kernel.asks[0]?.accesses.filter(({ action }) => action === 'fs.write');
    expect(written?.map(({ resource }) => resource)).toEqual(['x.sh', 'd/y.sh', 'p', 'q'].map(path));
    expect(kernel.asks[0]?.detail?.text).toContain('rename from x.sh\nrename to d/y.sh\n');
  });

  it('renames nothing when any of it does not fit, or something stands there', async () => {
    const { run, put, get } = await openTools();
    await put('x.sh', 'x');
    await put('p', 'one\nother\n');
    await expect(run('fs_patch', { patch: renames })).rejects.toMatchObject({ code: 'RUSTIC_FS_PATCH' });
    await put('p', 'one\ntwo\n');
    await put('q', 'mine');
    await expect(run('fs_patch', { patch: renames })).rejects.toMatchObject({ code: 'RUSTIC_FS_EXISTS' });
    expect([await get('x.sh'), await get('p'), await get('q')]).toEqual(['x', 'one\ntwo\n', 'mine']);
  });

  it('puts back what was renamed when a later file can not be changed', async () => {
    const { run, put, get, path } = await openTools();
    await put('x.sh', 'x');
    await put('p', 'one\ntwo\n');
    // A folder can not be made where a file stands.
    await put('d2', 'file');
    const patch = `${renames}diff --git a/z b/d2/z\n--- /dev/null\n+++ b/d2/z\n@@ -0,0 +1 @@\n+z\n`;
    await expect(run('fs_patch', { patch })).rejects.toMatchObject({ code: expect.stringMatching(/^RUSTIC_FS_/) });
    expect([await get('x.sh'), await get('p')]).toEqual(['x', 'one\ntwo\n']);
    await expect(readFile(path('q'))).rejects.toThrow('ENOENT');
  });

  it('stays inside', async () => {
    const { run, kernel } = await openTools();
    const moved = 'diff --git a/a b/../out\nrename from a\nrename to ../out\n';
    await expect(run('fs_patch', { patch: moved })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_CEILING' });
    const outside = '--- /dev/null\n+++ b/../out\n@@ -0,0 +1 @@\n+x\n';
    await expect(run('fs_patch', { patch: outside })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_CEILING' });
    expect(kernel.asks).toEqual([]);
  });
});

describe('encodings and line ends', () => {
  it.each([
    ['UTF-16', Buffer.from('\uFEFFone\r\ntwo\r\n', 'utf16le'), Buffer.from('\uFEFFONE\r\ntwo\r\n', 'utf16le')],
    [
      'UTF-16, big end first',
      Buffer.from('\uFEFFone\n', 'utf16le').swap16(),
      Buffer.from('\uFEFFONE\n', 'utf16le').swap16(),
    ],
    ['Windows', Buffer.from('one \x80 \xe4\n', 'latin1'), Buffer.from('ONE \x80 \xe4\n', 'latin1')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFone\n'), Buffer.from('\uFEFFONE\n')],
  ])('of %s are kept by an edit', async (_, before, after) => {
    const { run, put, path } = await openTools();
    await put('a', before);
    await run('fs_edit', { path: 'a', old: 'one', new: 'ONE' });
    expect(await readFile(path('a'))).toEqual(after);
  });

  it('are kept when a whole file is replaced, as far as they have the characters', async () => {
    const { run, put, path } = await openTools();
    await put('a', Buffer.from('\uFEFFone\r\ntwo\r\n', 'utf16le'));
    await run('fs_write', { path: 'a', content: 'x\ny\n', overwrite: true });
    expect(await readFile(path('a'))).toEqual(Buffer.from('\uFEFFx\r\ny\r\n', 'utf16le'));
    await put('b', Buffer.from('caf\xe9 au lait\n', 'latin1'));
    await run('fs_write', { path: 'b', content: 'thé vert\n', overwrite: true });
    expect(await readFile(path('b'))).toEqual(Buffer.from('th\xe9 vert\n', 'latin1'));
    await run('fs_write', { path: 'b', content: 'お茶\n', overwrite: true });
    expect(await readFile(path('b'), 'utf8')).toBe('お茶\n');
  });

  it('refuse a character that the file can not hold', async () => {
    const { run, put } = await openTools();
    await put('b', Buffer.from('caf\xe9 au lait\n', 'latin1'));
    await expect(run('fs_edit', { path: 'b', old: 'au', new: 'お' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_ENCODING',
      details: { path: 'b', encoding: 'windows-1252', character: 'お' },
    });
  });
});
