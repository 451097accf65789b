import { createTestKernel, describeSessions } from '@rustic-ai/kernel/testing';
import store from '@rustic-ai/plugin-storage-memory';
import plugin from 'rustic-plugin-session-template';
import { describe, it } from 'vitest';

describeSessions(
  {
    async open() {
      const kernel = await createTestKernel({ plugins: [plugin, store] });
      return { sessions: await kernel.service('session'), close: () => kernel.dispose() };
    },
  },
  { describe, it },
);
