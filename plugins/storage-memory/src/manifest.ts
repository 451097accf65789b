import { defineManifest } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'storage-memory',
  requires: { host: { one: 'host' } },
  contributes: {
    service: {
      'session.store': { summary: 'Sessions in memory, gone when the process ends' },
      'key-value': { summary: 'Values in memory, gone when the process ends' },
      grants: { summary: 'Grants in memory, gone when the process ends' },
      audit: { summary: 'The audit log in memory, gone when the process ends' },
      'hook.trace': { summary: 'What hooks changed, in memory, gone when the process ends' },
      runs: { summary: 'Checkpoints of runs in memory, gone when the process ends' },
      prompts: { summary: 'Saved prompts in memory, gone when the process ends' },
      vectors: { summary: 'Vectors in memory, gone when the process ends, searched exactly' },
      storage: { summary: 'All of it as a whole: check, backup, copy' },
    },
  },
});
