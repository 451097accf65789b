import { createTestKernel, describeModel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-provider-template';
import { describe, it } from 'vitest';

describeModel(
  {
    async open() {
      const kernel = await createTestKernel({ plugins: [plugin] });
      return { handle: kernel.use('model').get('template/echo'), close: () => kernel.dispose() };
    },
    text: {
      model: 'template/echo',
      purpose: 'turn',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello there' }] }],
    },
  },
  { describe, it },
);
