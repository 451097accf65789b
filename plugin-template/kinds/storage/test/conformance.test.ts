import { createTestKernel, describeKeyValue } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-storage-template';
import { describe, it } from 'vitest';

describeKeyValue(
  {
    async open() {
      const kernel = await createTestKernel({ plugins: [plugin] });
      return { of: (holder) => kernel.service('key-value', holder), close: () => kernel.dispose() };
    },
  },
  { describe, it },
);
