import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'storage-table',
  requires: { host: { one: 'host' } },
  config: Type.Object({
    file: Type.String({
      minLength: 1,
      default: 'values.db',
      description: 'The database: absolute, or relative to the data folder. Default: values.db.',
    }),
  }),
  contributes: { service: { 'key-value': { summary: 'Values in one table of SQLite' } } },
});
