import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEvent, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { bytes, eventually, openWorkspace, signal, textIn, tree } from './helper.js';

describe('a walk', () => {
  it('visits every folder and reads its files, and follows no link', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await mkdir(join(root, 'a/b'), { recursive: true });
    await writeFile(join(root, 'a/b/x'), 'deep');
    await writeFile(join(root, 'y\n\u202e'), 'odd');
    await writeFile(join(root, 'big'), 'x'.repeat(101));
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(root, 'way'));
    await symlink(join(outside, 'secret'), join(root, 'link'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    expect(await tree(workspace.files)).toEqual({
      a: 'directory',
      'a/b': 'directory',
      'a/b/x': 'deep',
      big: 'too large',
      fifo: 'other',
      link: 'link',
      way: 'link',
      'y\n\u202e': 'odd',
    });
    const read: unknown[] = [];
    const visit = (name: string) =>
      workspace.files.walk(
        '.',
        async (folder) => {
          read.push(await folder.read(name, 100));
          return [];
        },
        signal,
      );
    for (const name of ['link', 'fifo', 'a', 'gone']) await visit(name);
    expect(read).toEqual([undefined, undefined, undefined, undefined]);
    await expect(tree(workspace.files, 'way')).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
  });

  it('counts folders it could not open, and ends when it is told to', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await symlink(outside, join(root, 'way'));
    expect(await workspace.files.walk('.', ({ path }) => (path ? [] : ['way', 'gone']), signal)).toEqual({
      unopened: 2,
    });
    const controller = new AbortController();
    await mkdir(join(root, 'a'));
    await mkdir(join(root, 'b'));
    const walking = workspace.files.walk(
      '.',
      () => {
        controller.abort(new Error('enough'));
        return ['a'];
      },
      controller.signal,
    );
    await expect(walking).rejects.toThrow('enough');
    const failing = workspace.files.walk('.', () => Promise.reject(new Error('no more')), signal);
    await expect(failing).rejects.toThrow(/^no more$/);
    const visited: string[] = [];
    await workspace.files.walk(
      '.',
      ({ path }) => {
        visited.push(path);
        return path === 'a' ? 'stop' : ['a', 'b'];
      },
      signal,
    );
    expect(visited).toEqual(['', 'a']);
  });

  it('lets other work of the process go on', async () => {
    const { workspace, root } = await openWorkspace();
    for (let index = 0; index < 300; index++) await mkdir(join(root, `d${index}`));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await workspace.files.walk(
      '.',
      ({ path, entries }) => {
        for (const end = performance.now() + 1; performance.now() < end;);
        return path ? [] : entries.map(({ name }) => name);
      },
      signal,
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('info', () => {
  it('says what stands there, a link itself', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'a'), '123', { mode: 0o640 });
    await symlink('nowhere', join(root, 'way'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    const { files } = workspace;
    expect(await files.info('a')).toEqual({
      type: 'file',
      bytes: 3,
      permissions: 0o640,
      modifiedMs: Math.round((await stat(join(root, 'a'))).mtimeMs),
    });
    expect(await files.info('way')).toMatchObject({ type: 'link', target: 'nowhere' });
    expect(await files.info('fifo')).toMatchObject({ type: 'other' });
    expect(await files.info('.')).toMatchObject({ type: 'directory' });
    expect(await files.info(root)).toMatchObject({ type: 'directory' });
    await expect(files.info('gone')).rejects.toMatchObject({ code: 'RUSTIC_FS_MISSING', details: { path: 'gone' } });
    await expect(files.info('..')).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
  });
});

describe('copying', () => {
  it('copies content and permissions, and replaces only when told to', async () => {
    const { workspace, root } = await openWorkspace();
    const { files } = workspace;
    await writeFile(join(root, 'a'), 'x'.repeat(3_000_000));
    await chmod(join(root, 'a'), 0o751);
    await files.copy('a', 'new/b', { overwrite: false });
    expect(await textIn(join(root, 'new/b'))).toBe('x'.repeat(3_000_000));
    expect((await stat(join(root, 'new/b'))).mode & 0o777).toBe(0o751);
    await expect(files.copy('a', 'new/b', { overwrite: false })).rejects.toMatchObject({
      code: 'RUSTIC_FS_EXISTS',
      details: { path: 'new/b' },
    });
    await writeFile(join(root, 'a'), 'short');
    await files.copy('a', 'new/b', { overwrite: true });
    expect(await textIn(join(root, 'new/b'))).toBe('short');
    expect(await readdir(join(root, 'new'))).toEqual(['b']);
  });

  it('takes regular files only, and stays inside', async () => {
    const { workspace, root, outside } = await openWorkspace();
    const { files } = workspace;
    await writeFile(join(outside, 'secret'), 'secret');
    await writeFile(join(root, 'a'), 'mine');
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink(outside, join(root, 'way'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    await expect(files.copy('link', 'b', { overwrite: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_CHANGED' });
    await expect(files.copy('fifo', 'b', { overwrite: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_NOT_A_FILE' });
    await expect(files.copy('way/secret', 'b', { overwrite: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_OUTSIDE',
    });
    await expect(files.copy('a', 'way/b', { overwrite: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    await expect(files.copy('a', 'link', { overwrite: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    expect(await textIn(join(outside, 'secret'))).toBe('secret');
  });
});

describe('permissions', () => {
  it('are set on a file or folder, also one that may not be read, and keep what is beyond them', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'a'), '');
    await chmod(join(root, 'a'), 0o1000);
    await workspace.files.setPermissions('a', 0o755);
    expect((await stat(join(root, 'a'))).mode & 0o7777).toBe(0o1755);
    await mkdir(join(root, 'd'));
    await workspace.files.setPermissions('d', 0o700);
    expect((await stat(join(root, 'd'))).mode & 0o777).toBe(0o700);
    execFileSync('mkfifo', [join(root, 'fifo')]);
    await expect(workspace.files.setPermissions('fifo', 0o777)).rejects.toMatchObject({ code: 'RUSTIC_FS_NOT_A_FILE' });
  });

  it('are given to a new file when it is written', async () => {
    const { workspace, root } = await openWorkspace();
    await workspace.files.write('a', bytes('x'), { overwrite: false, atomic: true, permissions: 0o600 });
    expect((await stat(join(root, 'a'))).mode & 0o777).toBe(0o600);
  });
});

describe('links', () => {
  it('are made as they are said, and replace nothing', async () => {
    const { workspace, root } = await openWorkspace();
    await workspace.files.makeLink('d/way', '../x');
    expect(await readlink(join(root, 'd/way'))).toBe('../x');
    await expect(workspace.files.makeLink('d/way', 'y')).rejects.toMatchObject({ code: 'RUSTIC_FS_EXISTS' });
  });
});

describe('a stream that is written', () => {
  it('leaves nothing behind when it fails', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'a'), 'old');
    const parts = (async function* () {
      yield bytes('new');
      throw new Error('cut off');
    })();
    const writing = workspace.files.write('a', parts, { overwrite: true, atomic: true });
    await expect(writing).rejects.toMatchObject({
      code: 'RUSTIC_FS_FAILED',
      details: { path: 'a', reason: 'cut off' },
    });
    expect(await textIn(join(root, 'a'))).toBe('old');
    expect(await readdir(root)).toEqual(['a']);
  });
});

describe('another folder', () => {
  it('is contained like the root', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await writeFile(join(outside, 'a'), 'theirs');
    await symlink(root, join(outside, 'back'));
    const beside = await workspace.beside(outside);
    expect(beside.root).toBe(outside);
    expect(new TextDecoder().decode(await beside.read('a'))).toBe('theirs');
    await expect(beside.read(join(root, 'x'))).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    await expect(beside.write('back/x', bytes('x'), { overwrite: true, atomic: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_OUTSIDE',
    });
    await expect(workspace.beside(join(outside, 'gone'))).rejects.toMatchObject({ code: 'RUSTIC_FS_MISSING' });
    await expect(workspace.beside(join(outside, 'a'))).rejects.toMatchObject({ code: 'RUSTIC_FS_NOT_A_DIRECTORY' });
  });
});

describe('watching', () => {
  const follow = async (files: WorkspaceFiles, path: string) => {
    const controller = new AbortController();
    const events: FileEvent[] = [];
    const done = (async () => {
      for await (const event of files.watch(path, controller.signal)) events.push(event);
    })();
    const has = (wanted: FileEvent) => () =>
      events.some(({ path, type }) => path === wanted.path && type === wanted.type);
    return { has, events, done, stop: () => controller.abort() };
  };

  it('tells what is made, changed and removed, also in folders that are new', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await mkdir(join(root, 'old'));
    await symlink(outside, join(root, 'way'));
    const { has, events, done, stop } = await follow(workspace.files, '.');
    await eventually(async () => {
      await writeFile(join(root, 'old/first'), String(Math.random()));
      return has({ path: 'old/first', type: 'changed' })();
    });
    await mkdir(join(root, 'new/deep'), { recursive: true });
    await writeFile(join(root, 'new/deep/a'), '1');
    await eventually(has({ path: 'new/deep/a', type: 'made' }));
    await writeFile(join(root, 'new/deep/a'), '2');
    await eventually(has({ path: 'new/deep/a', type: 'changed' }));
    await writeFile(join(outside, 'elsewhere'), '');
    await rm(join(root, 'new'), { recursive: true });
    await eventually(has({ path: 'new', type: 'removed' }));
    stop();
    await done;
    expect(events.filter(({ path }) => path.startsWith('way') || path.includes('elsewhere'))).toEqual([]);
  });

  it('watches one file, and refuses what lies outside or is missing', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'a'), '');
    const { has, events, done, stop } = await follow(workspace.files, 'a');
    await eventually(async () => {
      await writeFile(join(root, 'b'), 'x');
      await writeFile(join(root, 'a'), 'x');
      return has({ path: '', type: 'changed' })();
    });
    await rm(join(root, 'a'));
    await eventually(has({ path: '', type: 'removed' }));
    stop();
    await done;
    expect(new Set(events.map(({ path }) => path))).toEqual(new Set(['']));
    for (const path of ['..', 'gone'])
      await expect(Array.fromAsync(workspace.files.watch(path, signal))).rejects.toMatchObject({
        code: path === '..' ? 'RUSTIC_FS_OUTSIDE' : 'RUSTIC_FS_MISSING',
      });
  });
});
