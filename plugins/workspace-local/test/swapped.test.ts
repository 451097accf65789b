import { lstat, mkdir, readdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, openWorkspace, swap, textIn, tree } from './helper.js';

describe('while a folder is swapped for a link ten thousand times', () => {
  it('shows and changes nothing outside, whatever is done', { timeout: 60_000 }, async () => {
    const { workspace, root, outside } = await openWorkspace();
    const { files } = workspace;
    const [folder, kept, link] = [join(root, 'f'), join(root, 'kept'), join(root, 'link')];
    await mkdir(folder);
    await writeFile(join(folder, 'x'), 'inside');
    await writeFile(join(outside, 'x'), 'secret');
    await symlink(outside, link);
    const swapping = swap(folder, kept, link);
    const seen = new Set<string>();
    const told = (error: { code: string }) => void seen.add(error.code);
    const note = (text: string | undefined) => void seen.add(text ?? 'nothing');
    let turn = 0;
    for (; swapping.isBusy() || turn < 200; turn++) {
      const text = (data: Uint8Array) => note(new TextDecoder().decode(data));
      await files.read('f/x').then(text, told);
      await files
        .write(`f/new${turn % 3}`, bytes('new'), { overwrite: true, atomic: true })
        .then(() => note('ok'), told);
      await files.copy('f/x', 'copy', { overwrite: true }).then(() => note('ok'), told);
      await files.copy('copy', 'f/copy', { overwrite: true }).then(() => note('ok'), told);
      await files.setPermissions('f/x', 0o600 + (turn % 2) * 0o44).then(() => note('ok'), told);
      await tree(files, 'f').then((all) => note(all.x), told);
      await tree(files).then((all) => note(all['f/x'] ?? 'ok'), told);
    }
    expect(await swapping.ended).toBe(0);
    const fine = ['inside', 'ok', 'nothing', 'RUSTIC_FS_CHANGED', 'RUSTIC_FS_OUTSIDE', 'RUSTIC_FS_MISSING'];
    expect([...seen].filter((one) => !fine.includes(one))).toEqual([]);
    expect(seen).toContain('RUSTIC_FS_OUTSIDE');
    expect(await readdir(outside)).toEqual(['x']);
    expect(await textIn(join(outside, 'x'))).toBe('secret');
    expect((await lstat(join(outside, 'x'))).mode & 0o777).toBe(0o644);
    expect(await textIn(join(root, 'copy'))).toBe('inside');
    await truncate(join(folder, 'x'));
    await rename(link, join(root, 'end'));
  });
});
