import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from '@rustic-ai/plugin-workspace-local';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const open = async (root?: string) => {
  const kernel = await createTestKernel({ plugins: [root === undefined ? plugin : [plugin, { root }]] });
  onTestFinished(() => kernel.dispose());
  return kernel;
};

it('works in the folder of the host, or in the one its option names', async () => {
  const plain = await open();
  expect(await plain.service('workspace')).toMatchObject({ target: 'local', root: plain.workspace });
  const other = await open('way');
  await mkdir(join(other.workspace, 'sub'));
  await symlink('sub', join(other.workspace, 'way'));
  expect(await other.service('workspace')).toMatchObject({ root: join(other.workspace, 'sub') });
});

it('does not start without its folder', async () => {
  const missing = await open('gone');
  await expect(missing.service('workspace')).rejects.toMatchObject({
    code: 'RUSTIC_FS_MISSING',
    details: { path: join(missing.workspace, 'gone') },
  });
  const file = await open('file');
  await writeFile(join(file.workspace, 'file'), '');
  await expect(file.service('workspace')).rejects.toMatchObject({
    code: 'RUSTIC_FS_NOT_A_DIRECTORY',
    details: { path: join(file.workspace, 'file') },
  });
});
