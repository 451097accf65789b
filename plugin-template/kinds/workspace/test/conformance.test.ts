import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestKernel, describeWorkspace } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-workspace-template';
import { describe, it } from 'vitest';

describeWorkspace(
  'workspace-template',
  {
    async open() {
      const kernel = await createTestKernel({ plugins: [plugin] });
      const outside = await mkdtemp(join(tmpdir(), 'outside-'));
      await writeFile(join(outside, 'secret'), 'secret');
      const close = () => kernel.dispose().finally(() => rm(outside, { recursive: true }));
      return { workspace: await kernel.service('workspace'), outside, close };
    },
  },
  { describe, it },
);
