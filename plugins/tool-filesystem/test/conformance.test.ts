import type { Json } from '@rustic-ai/kernel';
import { createTestKernel, describeChanges, describeTool } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** For each tool an input that succeeds. `bad`: one that its schema refuses. */
const tools: Record<string, { good: Json; bad?: Json; slow?: Json }> = {
  fs_read: { good: { path: 'a.txt' } },
  fs_list: { good: { path: '.' } },
  fs_info: { good: { path: 'a.txt' } },
  fs_hash: { good: { path: 'a.txt' } },
  fs_diff: { good: { from: 'a.txt', to: 'd/b.txt' } },
  fs_watch: { good: { path: 'd', seconds: 1 }, slow: { path: 'd', seconds: 600 } },
  fs_glob: { good: { pattern: '**/*.txt' } },
  fs_grep: { good: { pattern: 'o.e' } },
  fs_write: { good: { path: 'new/b.txt', content: 'one\n' } },
  fs_edit: { good: { path: 'a.txt', old: 'one', new: 'two' } },
  fs_multi_edit: { good: { edits: [{ path: 'a.txt', old: 'one', new: 'two' }] }, bad: { edits: [] } },
  fs_patch: { good: { patch: '--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n' }, bad: { patch: '' } },
  fs_copy: { good: { from: 'd', to: 'e' } },
  fs_move: { good: { from: 'd', to: 'e' } },
  fs_remove: { good: { path: 'd', recursive: true } },
  fs_make_dir: { good: { path: 'e/f' } },
  fs_chmod: { good: { path: 'a.txt', permissions: '600' } },
  fs_archive_list: { good: { path: 'empty.zip' } },
  fs_archive_create: { good: { path: 'new.tgz', from: ['d', 'a.txt'] } },
  fs_archive_extract: { good: { path: 'empty.zip', to: 'out' } },
};
/** The end of a central directory without entries. Source: APPNOTE.TXT 4.3.16. */
const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

const open = async () => {
  const kernel = await createTestKernel({ plugins: [workspace, filesystem], answers: [{ outcome: 'once' }] });
  const at = (name: string) => join(kernel.workspace, name);
  await mkdir(at('d'));
  await Promise.all([
    writeFile(at('a.txt'), 'one\n'),
    writeFile(at('d/b.txt'), 'two\n'),
    writeFile(at('empty.zip'), emptyZip),
  ]);
  return kernel;
};

for (const [name, { good, bad = { path: 1 }, slow }] of Object.entries(tools))
  describeTool(
    {
      name,
      async open() {
        const kernel = await open();
        return {
          handle: kernel.use('tool').get(name),
          call: () => kernel.call(),
          audit: () => kernel.audit(),
          folder: kernel.workspace,
          close: () => kernel.dispose(),
        };
      },
      good,
      bad,
      ...(slow !== undefined && { slow }),
    },
    { describe, it },
  );

describe('the tools', () => {
  it('are all tried, and each says what it is to an editor', async () => {
    const kernel = await open();
    const all = await kernel.use('tool').list();
    expect(all.map(({ name }) => name)).toEqual(Object.keys(tools));
    const kinds = Object.fromEntries(all.map(({ name, declaration }) => [name, declaration.facts?.kind]));
    expect(kinds).toMatchObject({
      fs_read: 'read',
      fs_grep: 'search',
      fs_edit: 'edit',
      fs_move: 'move',
      fs_remove: 'delete',
    });
    await kernel.dispose();
  });
});

describeChanges({ plugins: [workspace, filesystem] }, { describe, it });
