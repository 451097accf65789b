import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTools, openWith } from './helper.js';

const open = async (options = {}) => {
  const tools = await openTools(options);
  const { path, put } = tools;
  await mkdir(path('d/sub'), { recursive: true });
  await put('d/a.sh', 'run');
  await chmod(path('d/a.sh'), 0o755);
  await put('d/sub/b', 'deep');
  await symlink('../a.sh', path('d/sub/way'));
  return tools;
};
const refused = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

describe('fs_copy', () => {
  it('copies files and whole folders, with permissions and links', async () => {
    const { say, get, path } = await open();
    expect(await say('fs_copy', { from: 'd/a.sh', to: 'new/b.sh' })).toBe('Copied d/a.sh to new/b.sh.');
    expect((await stat(path('new/b.sh'))).mode & 0o777).toBe(0o755);
    await say('fs_copy', { from: 'd', to: 'e' });
    expect(await get('e/sub/b')).toBe('deep');
    expect(await readlink(path('e/sub/way'))).toBe('../a.sh');
  });

  it('replaces a file only when told to, and never fills up a folder', async () => {
    const { run, get, put } = await open();
    await put('x', 'mine');
    await expect(run('fs_copy', { from: 'd/a.sh', to: 'x' })).rejects.toEqual(refused('RUSTIC_FS_EXISTS'));
    await run('fs_copy', { from: 'd/a.sh', to: 'x', overwrite: true });
    expect(await get('x')).toBe('run');
    for (const to of ['d/sub', 'd/sub/inner', 'd'])
      await expect(run('fs_copy', { from: 'd', to, overwrite: true })).rejects.toEqual(
        refused('RUSTIC_FS_FAILED', { path: to }),
      );
    await expect(run('fs_copy', { from: 'd/sub', to: 'd/a.sh', overwrite: true })).rejects.toEqual(
      refused('RUSTIC_FS_EXISTS'),
    );
    await expect(run('fs_copy', { from: 'gone', to: 'y' })).rejects.toEqual(
      refused('RUSTIC_FS_MISSING', { path: 'gone' }),
    );
  });

  it('copies nothing that may not be read, however deep it lies', async () => {
    const { run, path } = await open({ rules: [{ effect: 'deny', action: 'fs.read', match: 'd/sub/b' }] });
    await expect(run('fs_copy', { from: 'd', to: 'e' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    await expect(run('fs_move', { from: 'd', to: 'e' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(await readdir(path('.'))).toEqual(['d']);
  });

  it('asks for protected files below, each time', async () => {
    const { run, put, path, kernel } = await open({ answers: [{ outcome: 'deny' }] });
    await mkdir(path('x/hooks'), { recursive: true });
    await put('x/hooks/pre-commit', 'evil');
    await expect(run('fs_copy', { from: 'x', to: '.git' })).rejects.toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(kernel.asks[0]?.accesses).toContainEqual({ action: 'fs.write', resource: path('.git/hooks/pre-commit') });
    expect(kernel.asks[0]?.wouldStore).toBeUndefined();
  });

  it('takes all of a failed copy back', async () => {
    const { run, path } = await open();
    execFileSync('mkfifo', [path('d/sub/zz')]);
    await expect(run('fs_copy', { from: 'd', to: 'e' })).rejects.toEqual(refused('RUSTIC_FS_NOT_A_FILE'));
    expect(await readdir(path('.'))).toEqual(['d']);
  });
});

describe('fs_move', () => {
  it('moves files, links and folders, and replaces nothing', async () => {
    const { say, run, get, path } = await open();
    expect(await say('fs_move', { from: 'd', to: 'new/e' })).toBe('Moved d to new/e.');
    expect(await get('new/e/sub/b')).toBe('deep');
    await run('fs_move', { from: 'new/e/sub/way', to: 'link' });
    expect(await readlink(path('link'))).toBe('../a.sh');
    await expect(run('fs_move', { from: 'new/e/a.sh', to: 'new/e/sub' })).rejects.toEqual(refused('RUSTIC_FS_EXISTS'));
    await expect(run('fs_move', { from: 'new', to: 'new/e/x' })).rejects.toEqual(refused('RUSTIC_FS_FAILED'));
  });
});

describe('fs_remove', () => {
  it('removes a file, a link itself, and a folder only when told to take all in it', async () => {
    const { say, run, path, get, kernel } = await open();
    expect(await say('fs_remove', { path: 'd/sub/way' })).toBe('Removed d/sub/way.');
    expect(await get('d/a.sh')).toBe('run');
    await expect(run('fs_remove', { path: 'd' })).rejects.toEqual(refused('RUSTIC_FS_FAILED', { path: 'd' }));
    expect(await say('fs_remove', { path: 'd', recursive: true })).toBe('Removed d and 3 files and folders in it.');
    expect(await readdir(path('.'))).toEqual([]);
    expect(kernel.asks.at(-1)?.detail).toEqual({
      type: 'diff',
      text: ['d', 'd/a.sh', 'd/sub', 'd/sub/b'].map((name) => `-${path(name)}\n`).join(''),
    });
  });

  it('judges a link where it stands and where it leads', async () => {
    const { run, path, kernel } = await open({ answers: [{ outcome: 'deny' }] });
    await mkdir(path('.git/hooks'), { recursive: true });
    await symlink('../../d/a.sh', path('.git/hooks/pre-commit'));
    await expect(run('fs_remove', { path: '.git/hooks/pre-commit' })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
    });
    expect(kernel.asks[0]?.accesses.map(({ resource }) => resource)).toEqual([
      'fs_remove',
      path('.git/hooks'),
      path('d/a.sh'),
    ]);
  });

  it('refuses a folder that holds too much', async () => {
    const { run, path } = await open();
    await mkdir(path('many'));
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => writeFile(path(`many/${n}`), '')));
    await expect(run('fs_remove', { path: 'many', recursive: true })).rejects.toEqual(
      refused('RUSTIC_FS_TOO_MANY', { path: 'many', limit: 2_000 }),
    );
    await rm(path('many/0'));
    await run('fs_remove', { path: 'many', recursive: true });
    expect(await readdir(path('.'))).toEqual(['d']);
  });

  it('refuses a folder that got something new since it was decided', async () => {
    const { run, path, get } = await openWith((folder) => writeFile(join(folder, 'd/new'), 'precious'));
    await mkdir(path('d'));
    await expect(run('fs_remove', { path: 'd', recursive: true })).rejects.toEqual(refused('RUSTIC_FS_CHANGED'));
    expect(await get('d/new')).toBe('precious');
  });

  it('never removes the workspace itself', async () => {
    const { run, path } = await open();
    await expect(run('fs_remove', { path: '.', recursive: true })).rejects.toEqual(refused('RUSTIC_FS_NOT_A_FILE'));
    expect(await readdir(path('.'))).toEqual(['d']);
  });
});

describe('fs_make_dir and fs_chmod', () => {
  it('make folders and set permissions', async () => {
    const { say, path, run } = await open();
    expect(await say('fs_make_dir', { path: 'x/y' })).toBe('There is a folder x/y now.');
    expect(await say('fs_make_dir', { path: 'x/y' })).toBe('There is a folder x/y now.');
    await expect(run('fs_make_dir', { path: 'd/a.sh' })).rejects.toEqual(refused('RUSTIC_FS_NOT_A_DIRECTORY'));
    expect(await say('fs_chmod', { path: 'd/a.sh', permissions: '640' })).toBe('d/a.sh has the permissions 640 now.');
    expect((await stat(path('d/a.sh'))).mode & 0o777).toBe(0o640);
    await expect(run('fs_chmod', { path: 'd/a.sh', permissions: '4755' })).rejects.toMatchObject({
      code: 'RUSTIC_OPERATION_INPUT',
    });
  });

  it('leave hard links of others as they are when content changes', async () => {
    const { run, path, get, put } = await open();
    await put('one', 'shared\n');
    await link(path('one'), path('two'));
    await run('fs_edit', { path: 'one', old: 'shared', new: 'own' });
    expect(await get('two')).toBe('shared\n');
  });
});
