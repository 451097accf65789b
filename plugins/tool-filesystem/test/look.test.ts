import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest } from '@rustic-ai/kernel/schema';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';
import { eventually, openTools } from './helper.js';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const seeingManifest = defineManifest({
  id: 'provider-seeing',
  contributes: { model: { 'test/seeing': { summary: 'Sees.', facts: { capabilities: ['images'] } } } },
});
const seeingModel = definePlugin<typeof seeingManifest>({
  manifest: async () => ({ default: seeingManifest }),
  setup: () => ({
    model: {
      'test/seeing': {
        async *run() {
          yield { type: 'finish', reason: 'stop' };
        },
      },
    },
  }),
});

describe('fs_read of other encodings', () => {
  it.each([
    ['utf-16le', Buffer.from('\uFEFFone\ntwö\n', 'utf16le')],
    ['utf-16be', Buffer.from('\uFEFFone\ntwö\n', 'utf16le').swap16()],
    ['utf-16le', Buffer.from('one\ntwö\n', 'utf16le')],
    ['windows-1252', Buffer.from('one\ntwö\n', 'latin1')],
  ])('tells %s', async (encoding, content) => {
    const { put, run } = await openTools();
    await put('a', content);
    expect(await run('fs_read', { path: 'a' })).toEqual({
      parts: [{ type: 'text', text: 'one\ntwö\n' }],
      data: { encoding },
    });
    expect(await run('fs_read', { path: 'a', offset: 2 })).toMatchObject({ parts: [{ text: 'twö\n' }] });
  });

  it('has what a euro sign and curly quotes are in Windows', async () => {
    const { put, say } = await openTools();
    await put('a', Buffer.from('costs \x80 5, it\x92s cheap\n', 'latin1'));
    expect(await say('fs_read', { path: 'a' })).toBe('costs € 5, it’s cheap\n');
  });
});

describe('fs_read of what is no text', () => {
  it('says what it is, and gives its bytes when they are wanted', async () => {
    const { put, run } = await openTools();
    await put(
      'b',
      Buffer.concat([Buffer.from('\x1f\x8b'), Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 256))]),
    );
    await put('z', Buffer.concat([Buffer.from([0x1f, 0x8b, 0]), Buffer.alloc(60_000, 7)]));
    await expect(run('fs_read', { path: 'z' })).rejects.toMatchObject({
      code: 'RUSTIC_FS_BINARY',
      details: { path: 'z', mediaType: 'application/gzip' },
    });
    expect(await run('fs_read', { path: 'z', binary: true, offset: 1, limit: 3 })).toEqual({
      parts: [
        {
          type: 'text',
          text: 'H4sA\n[application/gzip, bytes 1 to 3 in base64. There are more. Go on with offset 4.]',
        },
      ],
      data: { mediaType: 'application/gzip', offset: 1, bytes: 3, complete: false },
    });
    expect((await run('fs_read', { path: 'z', binary: true })).data).toMatchObject({ bytes: 49_152, complete: false });
    expect(await run('fs_read', { path: 'z', binary: true, offset: 49_153 })).toMatchObject({
      data: { bytes: 10_851, complete: true },
    });
    expect(await run('fs_read', { path: 'z', binary: true, offset: 99_999 })).toMatchObject({
      parts: [{ text: '\n[application/gzip, no bytes in base64.]' }],
    });
  });

  it('shows an image to a model that sees, and describes it to another', async () => {
    const blind = await openTools();
    await blind.put('i.png', png);
    expect(await blind.run('fs_read', { path: 'i.png' })).toEqual({
      parts: [
        {
          type: 'text',
          text: `[i.png: image/png, ${png.length} bytes. The model in use does not take images; binary: true gives its bytes.]`,
        },
      ],
      data: { mediaType: 'image/png', bytes: png.length },
    });
    const seeing = await openTools({ plugins: [workspace, filesystem, seeingModel] });
    await seeing.put('i.png', png);
    await seeing.put('fake.png', 'text');
    expect(await seeing.run('fs_read', { path: 'i.png' })).toEqual({
      parts: [{ type: 'image', mediaType: 'image/png', data: png.toString('base64') }],
      data: { mediaType: 'image/png', bytes: png.length },
    });
    expect(await seeing.say('fs_read', { path: 'fake.png' })).toBe('text');
    await truncate(seeing.path('i.png'), 4_000_000);
    expect(await seeing.say('fs_read', { path: 'i.png' })).toContain('It is larger than 3750000 bytes');
  });

  it('refuses what is no regular file, without waiting for it', async () => {
    const { run, path, kernel } = await openTools();
    execFileSync('mkfifo', [path('fifo')]);
    await symlink('/dev/zero', path('zero'));
    for (const tool of ['fs_read', 'fs_hash'])
      await expect(run(tool, { path: 'fifo' })).rejects.toMatchObject({ code: 'RUSTIC_FS_NOT_A_FILE' });
    await expect(run('fs_read', { path: 'zero' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_CEILING' });
    expect(kernel.asks).toEqual([]);
  });

  it('names the whole file where only a part is shown', async () => {
    const { put, run, path } = await openTools();
    await put('n', 'x\n'.repeat(3_000));
    expect((await run('fs_read', { path: 'n' })).full).toEqual({ ref: `file://${path('n')}`, bytes: 6_000 });
    expect((await run('fs_read', { path: 'n', offset: 2_999 })).full).toBeUndefined();
  });
});

describe('fs_list', () => {
  it('goes on where it ended', async () => {
    const { put, say } = await openTools();
    await Promise.all(['a', 'b', 'c'].map((name) => put(name, '')));
    expect(await say('fs_list', { offset: 3 })).toBe('c 0 bytes');
    expect(await say('fs_list', { offset: 4 })).toBe('[There are no more entries.]');
  });
});

describe('fs_info', () => {
  it('tells files, folders and links', async () => {
    const { put, path, run } = await openTools();
    await put('a\u202e', '123');
    await chmod(path('a\u202e'), 0o640);
    await symlink('a\u202e', path('way'));
    const { parts, data } = await run('fs_info', { path: 'a\u202e' });
    expect(data).toMatchObject({ type: 'file', bytes: 3, permissions: '640' });
    expect(parts).toMatchObject([
      { text: expect.stringMatching(/^"a\\u202e" is a file, 3 bytes, permissions 640, changed 20/) },
    ]);
    expect((await run('fs_info', { path: 'way' })).data).toMatchObject({ type: 'link', target: 'a\u202e' });
    expect((await run('fs_info', { path: '.' })).data).toMatchObject({ type: 'directory' });
    await expect(run('fs_info', { path: 'gone' })).rejects.toMatchObject({ code: 'RUSTIC_FS_MISSING' });
  });
});

describe('fs_hash', () => {
  it('gives the checksum of a large file in flat memory', async () => {
    const { put, path, run } = await openTools();
    await put('big', '');
    await truncate(path('big'), 100 * 1024 ** 2);
    const before = process.memoryUsage().rss;
    expect((await run('fs_hash', { path: 'big' })).data).toEqual({
      algorithm: 'sha256',
      digest: '20492a4d0d84f8beb1767f6616229f85d44c2827b64bdbfb260ee12fa1109e0e',
      bytes: 104_857_600,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 ** 2);
    await put('a', 'abc');
    const md5 = createHash('md5').update('abc').digest('hex');
    expect(await run('fs_hash', { path: 'a', algorithm: 'md5' })).toMatchObject({ parts: [{ text: `md5 ${md5}` }] });
  });
});

describe('fs_diff', () => {
  it('compares two files', async () => {
    const { put, run, say } = await openTools();
    await put('a', 'one\ntwo\n');
    await put('b', 'one\nthree\n');
    expect(await run('fs_diff', { from: 'a', to: 'b' })).toEqual({
      parts: [{ type: 'text', text: '--- a/a\n+++ b/b\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n' }],
      data: { same: false },
    });
    expect(await say('fs_diff', { from: 'a', to: 'a' })).toBe('[The files are the same.]');
  });
});

describe('fs_watch', () => {
  it('tells changes as they happen, and ends after so many', async () => {
    const { path, kernel } = await openTools();
    await mkdir(path('d'));
    const told: string[] = [];
    let busy = true;
    const watching = kernel
      .use('tool')
      .get('fs_watch')
      .invoke({ path: 'd', limit: 2 }, kernel.call(), { onProgress: ({ text = '' }) => told.push(text) });
    const writing = (async () => {
      for (let turn = 0; busy; turn++) await writeFile(path(`d/a${turn % 2}`), String(turn));
    })();
    const { parts, data } = await watching;
    busy = false;
    await writing;
    expect(told[0]).toBe('Watching d.\n');
    expect(told).toHaveLength(3);
    expect((data as { events: unknown[] }).events).toHaveLength(2);
    expect(parts).toMatchObject([
      { text: expect.stringMatching(/^(made|changed) a[01]\n.*\n\[2 changes; there may be more\.]$/) },
    ]);
  });

  it('ends when its time is over, and at once when it is cancelled', async () => {
    const { say, kernel } = await openTools();
    expect(await say('fs_watch', { seconds: 1 })).toBe('[1 seconds are over: 0 changes.]');
    const controller = new AbortController();
    let running = false;
    const watching = kernel
      .use('tool')
      .get('fs_watch')
      .invoke({}, kernel.call(), {
        signal: controller.signal,
        onProgress: () => (running = true),
      });
    const ended = expect(watching).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    await eventually(() => running);
    controller.abort();
    await ended;
  });
});
