import { mkdir, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openTools } from './helper.js';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');

describe('fs_read', () => {
  it('gives a whole file as it stands', async () => {
    const { put, run, kernel } = await openTools();
    await put('a.txt', '\uFEFFone\r\ntwo');
    expect(await run('fs_read', { path: 'a.txt' })).toEqual({ parts: [{ type: 'text', text: 'one\r\ntwo' }] });
    expect(kernel.asks).toEqual([]);
    expect((await kernel.audit()).at(-1)?.accesses).toEqual([
      { action: 'tool', resource: 'fs_read' },
      { action: 'fs.read', resource: `${kernel.workspace}/a.txt` },
    ]);
  });

  it('gives some lines and says how to go on', async () => {
    const { put, say } = await openTools();
    await put('n', numbers(1, 10));
    expect(await say('fs_read', { path: 'n', offset: 3, limit: 2 })).toBe(
      '3\n4\n[Lines 3 to 4 are shown; there are more. Go on with offset 5.]',
    );
    expect(await say('fs_read', { path: 'n', offset: 9, limit: 2 })).toBe('9\n10\n');
    expect(await say('fs_read', { path: 'n', offset: 11 })).toBe('[The file has only 10 lines.]');
    await put('n', '');
    expect(await say('fs_read', { path: 'n' })).toBe('[The file is empty.]');
  });

  it('stops after 2000 lines and after 256 KiB, at the end of a line', async () => {
    const { put, say } = await openTools();
    await put('n', numbers(1, 3_000));
    expect(await say('fs_read', { path: 'n' })).toBe(
      `${numbers(1, 2_000)}[Lines 1 to 2000 are shown; there are more. Go on with offset 2001.]`,
    );
    const line = `${'€'.repeat(50_000)}\n`;
    await put('n', line.repeat(3));
    expect(await say('fs_read', { path: 'n' })).toBe(
      `${line}[Lines 1 to 1 are shown; there are more. Go on with offset 2.]`,
    );
    await put('n', `${'€'.repeat(100_000)}\nlast`);
    expect(await say('fs_read', { path: 'n' })).toBe(
      `${'€'.repeat(87_381)}\n[Line 1 is too long: only its beginning is shown. Go on with offset 2.]`,
    );
    expect(await say('fs_read', { path: 'n', offset: 2 })).toBe('last');
  });

  it('reads far into a file that is larger than a read, across its blocks', async () => {
    const { put, say } = await openTools();
    await put('n', numbers(1_000_000, 6_000_000));
    expect(await say('fs_read', { path: 'n', offset: 4_999_999, limit: 5 })).toBe('5999998\n5999999\n6000000\n');
  });

  it('refuses what is not text', async () => {
    const { put, run } = await openTools();
    for (const content of [new Uint8Array([1, 0, 2]), new Uint8Array([0x61, 0xff]), new Uint8Array([0xe2, 0x82])]) {
      await put('b', content);
      await expect(run('fs_read', { path: 'b' })).rejects.toMatchObject({
        code: 'RUSTIC_FS_BINARY',
        details: { path: 'b' },
      });
    }
  });

  it('never reads outside the workspace', async () => {
    const { run, path, kernel } = await openTools();
    await symlink('/etc/hostname', path('link'));
    for (const file of ['/etc/hostname', 'link', '../x'])
      await expect(run('fs_read', { path: file })).rejects.toMatchObject({
        code: 'RUSTIC_PERMISSION_CEILING',
        details: { plugin: 'tool-filesystem' },
      });
    expect(kernel.asks).toEqual([]);
  });
});

describe('fs_list', () => {
  it('gives name, type and size', async () => {
    const { path, put, run } = await openTools();
    await mkdir(path('f/sub'), { recursive: true });
    await put('f/a.txt', '123');
    await put('f/new\nline', '');
    await symlink('nowhere', path('f/way'));
    expect(await run('fs_list', { path: 'f' })).toEqual({
      parts: [{ type: 'text', text: 'a.txt 3 bytes\n"new\\nline" 0 bytes\nsub/\nway link' }],
      data: {
        entries: [
          { name: 'a.txt', type: 'file', bytes: 3 },
          { name: 'new\nline', type: 'file', bytes: 0 },
          { name: 'sub', type: 'directory', bytes: expect.any(Number) },
          { name: 'way', type: 'link', bytes: 7 },
        ],
        complete: true,
      },
    });
  });

  it('lists the workspace by default, and says when a folder is empty or missing', async () => {
    const { put, say, run, path } = await openTools();
    await mkdir(path('empty'));
    await put('a', '');
    expect(await say('fs_list', {})).toBe('a 0 bytes\nempty/');
    expect(await say('fs_list', { path: 'empty' })).toBe('[The folder is empty.]');
    await expect(run('fs_list', { path: 'gone' })).rejects.toMatchObject({ code: 'RUSTIC_FS_MISSING' });
  });

  it('stops after 1000 entries', async () => {
    const { put, say } = await openTools();
    await Promise.all(Array.from({ length: 1_001 }, (_, index) => put(`f${index}`, '')));
    const lines = (await say('fs_list', {})).split('\n');
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('[There are more. Go on with offset 1001.]');
  });
});
