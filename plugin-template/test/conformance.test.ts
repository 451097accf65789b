import { createTestKernel, describeTool } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-tool-template';
import { describe, it } from 'vitest';

describeTool(
  {
    name: 'template_greet',
    async open() {
      const kernel = await createTestKernel({ plugins: [plugin], answers: [{ outcome: 'once' }] });
      return {
        handle: kernel.use('tool').get('template_greet'),
        call: () => kernel.call(),
        audit: () => kernel.audit(),
        close: () => kernel.dispose(),
      };
    },
    good: { name: 'Ada' },
    bad: { name: '' },
  },
  { describe, it },
);
