import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTools } from './helper.js';

const open = async () => {
  const beside = await realpath(await mkdtemp(join(tmpdir(), 'rustic-beside-')));
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  await writeFile(join(beside, 'a'), 'theirs\n');
  const tools = await openTools({ plugins: [workspace, [filesystem, { roots: [`${beside}/**`] }]] });
  return { ...tools, beside };
};

describe('a folder beside the workspace', () => {
  it('is used like it, by absolute paths, and asked for', async () => {
    const { beside, say, run, put, get, kernel } = await open();
    expect(await say('fs_read', { path: `${beside}/a` })).toBe('theirs\n');
    expect(kernel.asks[0]?.accesses.at(-1)).toEqual({ action: 'fs.read', resource: `${beside}/a` });
    await run('fs_edit', { path: `${beside}/a`, old: 'theirs', new: 'ours' });
    expect(await say('fs_grep', { pattern: 'ours', path: beside })).toBe(`${beside}/a:1:ours`);
    expect(await say('fs_glob', { pattern: '*', path: beside })).toBe(`${beside}/a`);
    await run('fs_copy', { from: `${beside}/a`, to: 'copy' });
    await mkdir(join(beside, 'd'));
    await put('b', 'mine');
    await run('fs_move', { from: 'b', to: `${beside}/d/b` });
    await run('fs_move', { from: `${beside}/d`, to: 'd' });
    expect([await get('copy'), await get('d/b')]).toEqual(['ours\n', 'mine']);
    await expect(get('b')).rejects.toThrow('ENOENT');
  });

  it('opens no other folder', async () => {
    const { beside, run, path } = await open();
    await symlink('/etc', join(beside, 'way'));
    await symlink(beside, path('to-beside'));
    for (const file of ['/etc/hostname', `${beside}-not/a`, `${beside}/../x`, `${beside}/way/hostname`])
      await expect(run('fs_read', { path: file })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_CEILING' });
    await run('fs_write', { path: 'to-beside/a', content: 'new\n', overwrite: true });
    expect(await readFile(join(beside, 'a'), 'utf8')).toBe('new\n');
  });

  it('that is not written as a pattern is no option', async () => {
    await expect(openTools({ plugins: [workspace, [filesystem, { roots: ['/data'] }]] })).rejects.toMatchObject({
      code: 'RUSTIC_PLUGIN_OPTIONS',
    });
  });
});
