import { createTestKernel, describeTool } from '@rustic-ai/kernel/testing';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, it } from 'vitest';

describeTool(
  {
    name: 'shell_run',
    async open() {
      const kernel = await createTestKernel({ plugins: [workspace, shell], answers: [{ outcome: 'once' }] });
      return {
        handle: kernel.use('tool').get('shell_run'),
        call: () => kernel.call(),
        audit: () => kernel.audit(),
        close: () => kernel.dispose(),
      };
    },
    good: { command: 'printf hello' },
    bad: { command: '', timeoutMs: 0 },
    slow: { command: 'echo started; sleep 300 & wait' },
  },
  { describe, it },
);
