import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTools } from './helper.js';

const secret = 'THE SECRET OUTSIDE';
/** A workspace with ways in and out, and a folder outside with a secret. */
const open = async () => {
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'rustic-outside-')));
  onTestFinished(() => rm(outside, { recursive: true, force: true }));
  const tools = await openTools();
  const { path } = tools;
  await writeFile(join(outside, 'x'), secret);
  await mkdir(path('f'));
  await writeFile(path('f/x'), 'inside');
  await writeFile(path('two\nlines\u202e'), 'odd');
  await symlink(outside, path('out'));
  await symlink(join(outside, 'x'), path('out-file'));
  await symlink(join(outside, 'new'), path('out-new'));
  await symlink('f', path('in'));
  await symlink('round', path('round'));
  return { ...tools, outside };
};
/** Every tool on a path, and on two. */
const inputs = (path: string, other: string): Record<string, Json> => ({
  fs_read: { path },
  fs_list: { path },
  fs_info: { path },
  fs_hash: { path },
  fs_diff: { from: path, to: 'f/x' },
  fs_glob: { pattern: '**', path },
  fs_grep: { pattern: 'SECRET|inside', path },
  fs_write: { path, content: 'evil', overwrite: true },
  fs_edit: { path, old: 'inside', new: 'inside' },
  fs_multi_edit: { edits: [{ path, old: 'inside', new: 'inside' }] },
  fs_copy: { from: path, to: other },
  fs_move: { from: path, to: other },
  fs_make_dir: { path },
  fs_chmod: { path, permissions: '600' },
  fs_archive_create: { path: 'made.zip', from: [path], overwrite: true },
  fs_archive_extract: { path, to: other },
  fs_remove: { path, recursive: true },
});
const asText = (value: unknown) => JSON.stringify(value) ?? '';

describe('whatever path a tool is given', () => {
  it('it shows and changes nothing outside', { timeout: 60_000 }, async () => {
    const { run, outside } = await open();
    const name = fc.constantFrom(
      'f',
      'x',
      'out',
      'out-file',
      'out-new',
      'in',
      'round',
      '..',
      '.',
      '',
      'new',
      '~',
      '%2e%2e',
      '…',
      '..\\..',
      'two\nlines\u202e',
    );
    const start = fc.constantFrom(
      '',
      '',
      '',
      '/',
      './',
      '../',
      `${outside}/`,
      '//',
      '/proc/self/root/',
      '/proc/self/cwd/',
    );
    const path = fc
      .tuple(start, fc.array(name, { minLength: 1, maxLength: 5 }))
      .map(([first, names]) => first + names.join('/'))
      .filter((one) => one !== '');
    const tools = Object.keys(inputs('', ''));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tools), path, path, async (tool, one, two) => {
        const result = await run(tool, inputs(one, two)[tool] as Json).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^RUSTIC_/) });
          return error;
        });
        expect(asText(result)).not.toContain(secret);
        expect(await readdir(outside)).toEqual(['x']);
        expect(await readFile(join(outside, 'x'), 'utf8')).toBe(secret);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    '../x',
    '../../etc/passwd',
    '/etc/passwd',
    'f/../../x',
    'out/x',
    'in/../../x',
    './/..//x',
    '/proc/self/environ',
    '/proc/self/cwd/../x',
    '/dev/zero',
    '/dev/stdin',
    'out-file',
    `${'../'.repeat(40)}etc/passwd`,
    'f/\0/../../x',
  ])('%j is refused by every tool that reads', async (path) => {
    const { run, outside } = await open();
    for (const tool of ['fs_read', 'fs_list', 'fs_hash', 'fs_grep', 'fs_copy', 'fs_archive_create'])
      await expect(run(tool, inputs(path, 'other')[tool] as Json)).rejects.toMatchObject({
        code: expect.stringMatching(/^RUSTIC_(PERMISSION_CEILING|FS_OUTSIDE|FS_FAILED)$/),
      });
    expect(await readdir(outside)).toEqual(['x']);
  });
});

describe('while a folder is swapped for a link ten thousand times', () => {
  it('every tool stays inside', { timeout: 60_000 }, async () => {
    const { run, path, outside } = await open();
    const swapper = `
      const { renameSync, rmSync, symlinkSync } = require('node:fs');
      const [f, kept, link] = process.argv.slice(1);
      // A writer may make the folder anew in between.
      const put = (from, to) => {
        for (let tries = 0; tries < 1000; tries++)
          try { return renameSync(from, to); } catch { try { rmSync(to, { recursive: true, force: true }); } catch {} }
      };
      const pause = () => { for (const end = performance.now() + 0.1; performance.now() < end;); };
      for (let n = 0; n < 10000; n++) { put(f, kept); put(link, f); pause(); put(f, link); put(kept, f); pause(); }`;
    await symlink(outside, path('swap'));
    const child = spawn(process.execPath, ['-e', swapper, path('f'), path('kept'), path('swap')], { stdio: 'inherit' });
    let busy = true;
    const ended = new Promise((resolve) => void child.once('exit', resolve)).then((code) => {
      busy = false;
      return code;
    });
    const calls: (readonly [string, Json])[] = [
      ['fs_read', { path: 'f/x' }],
      ['fs_grep', { pattern: 'SECRET', path: '.' }],
      ['fs_grep', { pattern: '.', path: 'f' }],
      ['fs_hash', { path: 'f/x' }],
      ['fs_write', { path: 'f/new', content: 'evil', overwrite: true }],
      ['fs_edit', { path: 'f/x', old: 'inside', new: 'inside' }],
      ['fs_chmod', { path: 'f/x', permissions: '644' }],
      ['fs_copy', { from: 'f/x', to: 'copy', overwrite: true }],
      ['fs_archive_create', { path: 'a.tar', from: ['f'], overwrite: true }],
    ];
    const outcomes = new Set<string>();
    let turns = 0;
    for (; busy || turns < 20; turns++)
      for (const [tool, input] of calls) {
        const result = await run(tool, input).catch((error: unknown) => error);
        expect(asText(result)).not.toContain(secret);
        outcomes.add(result instanceof Error && 'code' in result ? String(result.code) : 'ok');
      }
    expect(await ended).toBe(0);
    expect(outcomes).toContain('ok');
    expect(outcomes).toContain('RUSTIC_PERMISSION_CEILING');
    for (const outcome of outcomes) expect(outcome).toMatch(/^(ok$|RUSTIC_)/);
    expect(await readdir(outside)).toEqual(['x']);
    expect(await readFile(join(outside, 'x'), 'utf8')).toBe(secret);
    for (const file of ['copy', 'a.tar'])
      expect(await readFile(path(file), 'latin1').catch(() => '')).not.toContain(secret);
  });
});
