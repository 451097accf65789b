import type { Json } from '@rustic-ai/kernel';
import { createTestKernel, describeTool } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';

const good: Record<string, Json> = {
  fs_read: { path: 'a.txt' },
  fs_list: { path: '.' },
  fs_write: { path: 'new/b.txt', content: 'one\n' },
  fs_edit: { path: 'a.txt', old: 'one', new: 'two' },
};
for (const [name, input] of Object.entries(good))
  describeTool(
    {
      name,
      async open() {
        const kernel = await createTestKernel({ plugins: [workspace, filesystem], answers: [{ outcome: 'once' }] });
        await writeFile(join(kernel.workspace, 'a.txt'), 'one\n');
        return {
          handle: kernel.use('tool').get(name),
          call: () => kernel.call(),
          audit: () => kernel.audit(),
          close: () => kernel.dispose(),
        };
      },
      good: input,
      bad: { path: 1 },
    },
    { describe, it },
  );
