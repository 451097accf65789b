import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'storage-sqlite',
  requires: { host: { one: 'host' } },
  config: Type.Object({
    path: Type.String({
      description: 'The database file: absolute, or relative to the data folder; ":memory:" keeps nothing.',
      default: 'rustic.db',
      minLength: 1,
    }),
    lockTimeoutMs: Type.Integer({
      description: 'How long a call waits, in milliseconds, while another process has the database locked; 0 to 60000.',
      default: 5000,
      minimum: 0,
      maximum: 60_000,
    }),
  }),
  contributes: {
    service: {
      'session.store': { summary: 'Sessions in one SQLite file' },
      'key-value': { summary: 'Values in one SQLite file' },
      grants: { summary: 'Grants in one SQLite file' },
      audit: { summary: 'The audit log in one SQLite file' },
      'hook.trace': { summary: 'What hooks changed, in one SQLite file' },
      runs: { summary: 'Checkpoints of runs in one SQLite file' },
      prompts: { summary: 'Saved prompts in one SQLite file' },
      vectors: { summary: 'Vectors in one SQLite file, searched exactly' },
      storage: { summary: 'The SQLite file as a whole: check, backup, copy' },
    },
  },
});
