import { createTestKernel, describeTool } from '@rustic-ai/kernel/testing';
import contextSkills from '@rustic-ai/plugin-context-skills';
import { describe, it } from 'vitest';
import { bundle } from './helper.js';

describeTool(
  {
    name: 'skill_read',
    good: { name: 'pdf-forms', file: 'references/fields.md' },
    bad: { name: '' },
    async open() {
      const plugins = [contextSkills, bundle({ 'pdf-forms': { files: ['references/fields.md'] } })];
      const kernel = await createTestKernel({ plugins, answers: [{ outcome: 'once' }] });
      return {
        handle: kernel.use('tool').get('skill_read'),
        call: () => kernel.call(),
        audit: () => kernel.audit(),
        close: () => kernel.dispose(),
      };
    },
  },
  { describe, it },
);
