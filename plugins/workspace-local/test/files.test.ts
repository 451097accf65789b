import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, link, lstat, mkdir, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, openWorkspace, textIn } from './helper.js';

const text = (data: Uint8Array) => new TextDecoder().decode(data);
const overwrite = { overwrite: true, atomic: true } as const;
const fresh = { overwrite: false, atomic: true } as const;

describe('paths', () => {
  it('reads below the root, by relative and by absolute path', async () => {
    const { workspace, root } = await openWorkspace();
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a/b.txt'), 'hello');
    expect(text(await workspace.files.read('a/b.txt'))).toBe('hello');
    expect(text(await workspace.files.read(join(root, 'a/../a/b.txt')))).toBe('hello');
  });

  it('refuses every way out, for each operation', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink(outside, join(root, 'folder'));
    await symlink(join(outside, 'new'), join(root, 'nowhere'));
    const { files } = workspace;
    const ways = [
      '../root-outside/secret',
      join(outside, 'secret'),
      'link',
      'folder/secret',
      'folder/../folder/secret',
    ];
    for (const path of ways) {
      const refusal = { code: 'RUSTIC_FS_OUTSIDE', details: { path, root } };
      await expect(files.read(path)).rejects.toMatchObject(refusal);
      await expect(files.write(path, bytes('x'), overwrite)).rejects.toMatchObject(refusal);
    }
    for (const path of ['..', outside, 'folder', '/']) {
      const refusal = { code: 'RUSTIC_FS_OUTSIDE', details: { path, root } };
      await expect(Array.fromAsync(files.list(path))).rejects.toMatchObject(refusal);
    }
    for (const path of ['folder/new', 'nowhere', '../root-outside/new', '../new']) {
      const refusal = { code: 'RUSTIC_FS_OUTSIDE', details: { path, root } };
      await expect(files.write(path, bytes('x'), fresh)).rejects.toMatchObject(refusal);
      await expect(files.makeDirectory(path)).rejects.toMatchObject(refusal);
    }
    await writeFile(join(root, 'mine'), 'mine');
    await expect(files.move('mine', 'folder/mine')).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    await expect(files.move('folder/secret', 'mine2')).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    await expect(files.remove('folder/secret', { recursive: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_OUTSIDE',
    });
    expect(await readdir(outside)).toEqual(['secret']);
    expect(await textIn(join(outside, 'secret'))).toBe('secret');
  });

  it('follows a link that stays inside, and says where any path really leads', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a/b'), 'hello');
    await symlink('a', join(root, 'short'));
    await symlink(outside, join(root, 'out'));
    expect(text(await workspace.files.read('short/b'))).toBe('hello');
    expect(await workspace.realpath('short/b')).toBe(join(root, 'a/b'));
    expect(await workspace.realpath('short/new/file')).toBe(join(root, 'a/new/file'));
    expect(await workspace.realpath('out/x')).toBe(join(outside, 'x'));
    expect(await workspace.realpath('.')).toBe(root);
  });

  it('refuses null bytes and links in a circle', async () => {
    const { workspace, root } = await openWorkspace();
    await symlink('round', join(root, 'round'));
    await symlink('missing/../again', join(root, 'again'));
    await expect(workspace.files.read('a\0b')).rejects.toMatchObject({
      code: 'RUSTIC_FS_FAILED',
      details: { path: 'a\\0b', reason: 'a path can not contain a null byte' },
    });
    for (const path of ['round', 'again'])
      await expect(workspace.files.read(path)).rejects.toMatchObject({
        code: 'RUSTIC_FS_FAILED',
        details: { path, reason: 'its links lead in a circle' },
      });
  });
});

describe('reading', () => {
  it('reads a part, and less at the end', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'a'), '0123456789');
    expect(text(await workspace.files.read('a', { offset: 2, length: 3 }))).toBe('234');
    expect(text(await workspace.files.read('a', { offset: 8, length: 30 }))).toBe('89');
    expect(text(await workspace.files.read('a', { offset: 80, length: 30 }))).toBe('');
  });

  it('refuses what is not a regular file, without waiting for it', async () => {
    const { workspace, root } = await openWorkspace();
    execFileSync('mkfifo', [join(root, 'fifo')]);
    await mkdir(join(root, 'folder'));
    for (const path of ['fifo', 'folder', '.'])
      await expect(workspace.files.read(path)).rejects.toMatchObject({
        code: 'RUSTIC_FS_NOT_A_FILE',
        details: { path },
      });
    await symlink('/dev/zero', join(root, 'zero'));
    await expect(workspace.files.read('zero')).rejects.toMatchObject({ code: 'RUSTIC_FS_OUTSIDE' });
    await writeFile(join(root, 'file'), '');
    await expect(workspace.files.read('file/x')).rejects.toMatchObject({
      code: 'RUSTIC_FS_NOT_A_DIRECTORY',
      details: { path: 'file/x' },
    });
  });

  it('refuses a huge file as a whole and reads parts of it', async () => {
    const { workspace, root } = await openWorkspace();
    const size = 5 * 1024 ** 3;
    await writeFile(join(root, 'huge'), '');
    await truncate(join(root, 'huge'), size);
    await expect(workspace.files.read('huge')).rejects.toMatchObject({
      code: 'RUSTIC_FS_TOO_LARGE',
      details: { path: 'huge', bytes: size, maxBytes: 32 * 1024 * 1024 },
    });
    expect(await workspace.files.read('huge', { offset: size - 2, length: 10 })).toEqual(new Uint8Array(2));
  });

  it('names what is missing as it was asked for', async () => {
    const { workspace } = await openWorkspace();
    await expect(workspace.files.read('no/such')).rejects.toMatchObject({
      code: 'RUSTIC_FS_MISSING',
      details: { path: 'no/such' },
    });
  });
});

describe('writing', () => {
  it('makes missing folders and leaves no other file behind', async () => {
    const { workspace, root } = await openWorkspace();
    await workspace.files.write('a/b/c.txt', bytes('one'), fresh);
    expect(await textIn(join(root, 'a/b/c.txt'))).toBe('one');
    expect(await readdir(join(root, 'a/b'))).toEqual(['c.txt']);
  });

  it('overwrites only when told to, and keeps the mode', async () => {
    const { workspace, root } = await openWorkspace();
    await writeFile(join(root, 'run.sh'), 'old');
    await chmod(join(root, 'run.sh'), 0o751);
    await expect(workspace.files.write('run.sh', bytes('new'), fresh)).rejects.toMatchObject({
      code: 'RUSTIC_FS_EXISTS',
      details: { path: 'run.sh' },
    });
    expect(await textIn(join(root, 'run.sh'))).toBe('old');
    await workspace.files.write('run.sh', bytes('new'), overwrite);
    expect(await textIn(join(root, 'run.sh'))).toBe('new');
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o751);
  });

  it('lets exactly one of many writers make a file', async () => {
    const { workspace, root } = await openWorkspace();
    const writers = Array.from({ length: 20 }, (_, index) => workspace.files.write('one', bytes(String(index)), fresh));
    const outcomes = await Promise.allSettled(writers);
    const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await textIn(join(root, 'one'))).toBe(String(winners[0]));
    expect(await readdir(root)).toEqual(['one']);
  });

  it('shows readers the old content or the new one, never a part', async () => {
    const { workspace, root } = await openWorkspace();
    const [old, next] = ['a'.repeat(300_000), 'b'.repeat(300_000)];
    await writeFile(join(root, 'x'), old);
    const writing = (async () => {
      for (let turn = 0; turn < 20; turn++) await workspace.files.write('x', bytes(turn % 2 ? old : next), overwrite);
    })();
    for (let turn = 0; turn < 50; turn++) expect([old, next]).toContain(text(await workspace.files.read('x')));
    await writing;
  });

  it('writes through a link inside, and breaks no hard link content elsewhere', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await writeFile(join(root, 'target'), 'old');
    await symlink('target', join(root, 'link'));
    await workspace.files.write('link', bytes('new'), overwrite);
    expect((await lstat(join(root, 'link'))).isSymbolicLink()).toBe(true);
    expect(await textIn(join(root, 'target'))).toBe('new');
    await writeFile(join(outside, 'shared'), 'theirs');
    await link(join(outside, 'shared'), join(root, 'shared'));
    await workspace.files.write('shared', bytes('mine'), overwrite);
    expect(await textIn(join(outside, 'shared'))).toBe('theirs');
  });

  it('refuses a folder, and a file in the place of a folder', async () => {
    const { workspace, root } = await openWorkspace();
    await mkdir(join(root, 'folder'));
    await writeFile(join(root, 'file'), '');
    await expect(workspace.files.write('folder', bytes('x'), overwrite)).rejects.toMatchObject({
      code: 'RUSTIC_FS_NOT_A_FILE',
      details: { path: 'folder' },
    });
    await expect(workspace.files.write('file/x', bytes('x'), fresh)).rejects.toMatchObject({
      code: 'RUSTIC_FS_NOT_A_DIRECTORY',
      details: { path: 'file/x' },
    });
  });

  it('says why the system refused', async () => {
    const { workspace, root } = await openWorkspace();
    const name = 'n'.repeat(300);
    await expect(workspace.files.write(name, bytes('x'), fresh)).rejects.toMatchObject({
      code: 'RUSTIC_FS_FAILED',
      details: { path: name, reason: 'ENAMETOOLONG: name too long' },
    });
    expect(await readdir(root)).toEqual([]);
  });
});

describe('folders', () => {
  it('lists by name with type and size', async () => {
    const { workspace, root } = await openWorkspace();
    await mkdir(join(root, 'b'));
    await writeFile(join(root, 'a'), '123');
    await symlink('/', join(root, 'c'));
    execFileSync('mkfifo', [join(root, 'd')]);
    const entries = await Array.fromAsync(workspace.files.list('.'));
    expect(entries.map(({ name, type }) => [name, type])).toEqual([
      ['a', 'file'],
      ['b', 'directory'],
      ['c', 'link'],
      ['d', 'other'],
    ]);
    expect(entries[0]).toMatchObject({ bytes: 3, modifiedMs: expect.any(Number) });
    await expect(Array.fromAsync(workspace.files.list('a'))).rejects.toMatchObject({
      code: 'RUSTIC_FS_NOT_A_DIRECTORY',
      details: { path: 'a' },
    });
  });

  it('removes a link and not what it points to', async () => {
    const { workspace, root, outside } = await openWorkspace();
    await writeFile(join(outside, 'kept'), 'kept');
    await mkdir(join(root, 'a/b'), { recursive: true });
    await symlink(outside, join(root, 'a/b/way'));
    await symlink(outside, join(root, 'way'));
    await workspace.files.remove('way', { recursive: true });
    await expect(workspace.files.remove('a', { recursive: false })).rejects.toMatchObject({ code: 'RUSTIC_FS_FAILED' });
    await workspace.files.remove('a', { recursive: true });
    expect(await readdir(root)).toEqual([]);
    expect(await textIn(join(outside, 'kept'))).toBe('kept');
    await expect(workspace.files.remove('.', { recursive: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_NOT_A_FILE',
    });
  });

  it('moves files and folders, and replaces nothing', async () => {
    const { workspace, root } = await openWorkspace();
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a/x'), 'x');
    await writeFile(join(root, 'y'), 'y');
    await workspace.files.move('a', 'new/b');
    await workspace.files.move('new/b/x', 'x');
    expect(await textIn(join(root, 'x'))).toBe('x');
    await expect(workspace.files.move('x', 'y')).rejects.toMatchObject({
      code: 'RUSTIC_FS_EXISTS',
      details: { path: 'y' },
    });
    await expect(workspace.files.move('gone', 'z')).rejects.toMatchObject({
      code: 'RUSTIC_FS_MISSING',
      details: { path: 'gone' },
    });
    expect(await textIn(join(root, 'y'))).toBe('y');
  });

  it('makes folders that may be there already', async () => {
    const { workspace, root } = await openWorkspace();
    await workspace.files.makeDirectory('a/b');
    await workspace.files.makeDirectory('a/b');
    expect(existsSync(join(root, 'a/b'))).toBe(true);
    await rm(join(root, 'a'), { recursive: true });
  });
});
