import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it, onTestFinished } from 'vitest';

const at = { session: 's1', turn: 1 };
async function open(options: Record<string, Json> = {}) {
  const kernel = await createTestKernel({
    plugins: [workspace, [filesystem, options]],
    answers: [{ outcome: 'once' }],
  });
  onTestFinished(() => kernel.dispose());
  const path = (name: string) => join(kernel.workspace, name);
  const run = (tool: string, input: Json, where: { session?: string; turn?: number } = at) =>
    kernel.use('tool').get(tool).invoke(input, kernel.call(), where);
  /** Everything in the workspace, as it stands. */
  const all = async (folder = ''): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const entry of await readdir(path(folder), { withFileTypes: true })) {
      const name = folder ? `${folder}/${entry.name}` : entry.name;
      if (name === '.home') continue;
      const mode = entry.isSymbolicLink() ? '' : ((await stat(path(name))).mode & 0o777).toString(8);
      if (entry.isDirectory()) Object.assign(found, { [name]: mode }, await all(name));
      else if (entry.isSymbolicLink()) found[name] = `-> ${await readlink(path(name))}`;
      else found[name] = `${mode} ${await readFile(path(name), 'latin1')}`;
    }
    return found;
  };
  return { kernel, path, run, all, changes: await kernel.service('file.changes') };
}
const plant = async (path: (name: string) => string) => {
  await mkdir(path('d/sub'), { recursive: true });
  await writeFile(path('a'), 'one\n');
  await writeFile(path('d/x.sh'), 'run\n', { mode: 0o755 });
  await writeFile(path('d/sub/bin'), Buffer.from([0, 1, 2]));
  await symlink('../x.sh', path('d/sub/way'));
};

describe('the changes of a turn', () => {
  it('are shown as one, and taken back as one', async () => {
    const { run, path, all, changes } = await open();
    await plant(path);
    const before = await all();
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' });
    await run('fs_edit', { path: 'a', old: 'two', new: 'three' });
    await run('fs_write', { path: 'new/deep/file', content: 'x\n' });
    await run('fs_move', { from: 'd', to: 'e' });
    await run('fs_remove', { path: 'e/sub', recursive: true });
    await run('fs_copy', { from: 'e', to: 'f' });
    await run('fs_chmod', { path: 'e/x.sh', permissions: '600' });
    await run('fs_make_dir', { path: 'g' });
    await run('fs_patch', { patch: '--- a/new/deep/file\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n' });
    await run('fs_archive_create', { path: 'f.zip', from: ['f'] });
    await run('fs_archive_extract', { path: 'f.zip', to: 'h' });
    const shown = await changes.list(at);
    expect(shown.map(({ path: file, type, what }) => `${file.slice(path('a').length - 1)} ${type} ${what}`)).toEqual([
      'a changed file',
      'd removed directory',
      'd/sub removed directory',
      'd/sub/bin removed file',
      'd/sub/way removed link',
      'd/x.sh removed file',
      'e made directory',
      'e/x.sh made file',
      'f made directory',
      'f.zip made file',
      'f/x.sh made file',
      'g made directory',
      'h made directory',
      'h/f made directory',
      'h/f/x.sh made file',
      'new made directory',
      'new/deep made directory',
    ]);
    expect(shown[0]?.diff).toBe('--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-one\n+three\n');
    expect(shown[3]?.diff).toBe('[file of 3 bytes, permissions 644 -> nothing]');
    expect(shown[5]?.diff).toBe('--- a/d/x.sh\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-run\n');
    const paths = await changes.undo(at, { force: false });
    expect(paths).toContain(path('d/sub/way'));
    expect(await all()).toEqual(before);
    expect(await changes.list(at)).toEqual([]);
    await expect(changes.undo(at, { force: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_UNDO' });
  });

  it('of other turns stay, and a turn goes on after it was taken back', async () => {
    const { run, path, changes } = await open();
    await plant(path);
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' });
    await run('fs_edit', { path: 'd/x.sh', old: 'run', new: 'go' }, { session: 's1', turn: 2 });
    await changes.undo(at, { force: false });
    expect(await readFile(path('d/x.sh'), 'utf8')).toBe('go\n');
    await run('fs_edit', { path: 'a', old: 'one', new: '1' });
    expect((await changes.list(at)).map(({ diff }) => diff)).toEqual(['--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-one\n+1\n']);
    await changes.undo(at, { force: false });
    expect(await readFile(path('a'), 'utf8')).toBe('one\n');
  });

  it('are refused where a file was changed since, each named, unless forced', async () => {
    const { run, path, all, changes } = await open();
    await plant(path);
    const before = await all();
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' });
    await run('fs_write', { path: 'b', content: 'x' });
    await writeFile(path('a'), 'mine');
    await chmod(path('b'), 0o600);
    const now = await all();
    await expect(changes.undo(at, { force: false })).rejects.toMatchObject({
      code: 'RUSTIC_FS_UNDO',
      details: { reason: `changed since: ${path('a')}, ${path('b')}` },
    });
    expect(await all()).toEqual(now);
    await changes.undo(at, { force: true });
    expect(await all()).toEqual(before);
  });

  it('keep what others put into a folder that was made', async () => {
    const { run, path, all, changes } = await open();
    await run('fs_write', { path: 'new/a', content: 'x' });
    await writeFile(path('new/theirs'), 'kept');
    await changes.undo(at, { force: false });
    expect(await all()).toEqual({ new: expect.any(String), 'new/theirs': '644 kept' });
  });

  it('are all taken back or none, when one can not be', async () => {
    const { run, path, all, changes } = await open();
    await plant(path);
    await run('fs_remove', { path: 'd/sub', recursive: true });
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' });
    // In the place of the folder there is a full one of another kind by now.
    await writeFile(path('d/sub'), 'in the way');
    const now = await all();
    await rm(
      join(
        path('.home'),
        'data/changes/s1/kept',
        createHash('sha256')
          .update(Buffer.from([0, 1, 2]))
          .digest('hex'),
      ),
    );
    await expect(changes.undo(at, { force: true })).rejects.toMatchObject({ code: 'RUSTIC_FS_UNDO' });
    expect(await all()).toEqual(now);
  });

  it('say what was too large to keep', async () => {
    const { run, path, changes } = await open({ keepBytes: 1_000 });
    await writeFile(path('big'), '');
    await truncate(path('big'), 2_000);
    await run('fs_remove', { path: 'big' });
    await expect(changes.undo(at, { force: true })).rejects.toMatchObject({
      code: 'RUSTIC_FS_UNDO',
      details: { reason: `not kept, for it was too large or no file: ${path('big')}` },
    });
  });

  it('survive the process, are for their owner only, and outside a session there are none', async () => {
    const { kernel, run, path, changes } = await open();
    await plant(path);
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' }, {});
    expect(await changes.list(at)).toEqual([]);
    await run('fs_edit', { path: 'a', old: 'two', new: 'three' });
    const folder = join(kernel.host.folders.data, 'changes');
    const modes = await Promise.all(
      ['', 's1', 's1/turn-1.jsonl', 's1/kept'].map(async (name) => (await stat(join(folder, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o700]);
    for (const name of await readdir(join(folder, 's1/kept')))
      expect((await stat(join(folder, 's1/kept', name))).mode & 0o777).toBe(0o600);
    // A line that a power cut left half is none.
    await writeFile(join(folder, 's1/turn-1.jsonl'), '{"call":"c","bef', { flag: 'a' });
    expect(await changes.list(at)).toHaveLength(1);
  });

  it('that a process did not finish are refused, but for what it had not begun', async () => {
    const { kernel, run, path, changes } = await open();
    await plant(path);
    await run('fs_edit', { path: 'a', old: 'one', new: 'two' });
    const file = join(kernel.host.folders.data, 'changes/s1/turn-1.jsonl');
    const [before] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${before}\n`);
    expect((await changes.list(at))[0]?.diff).toBe('[The process ended in the middle of this change.]');
    await expect(changes.undo(at, { force: false })).rejects.toMatchObject({ code: 'RUSTIC_FS_UNDO' });
    await writeFile(path('a'), 'one\n');
    expect(await changes.undo(at, { force: false })).toEqual([]);
  });
});
