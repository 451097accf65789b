import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'storage-template',
  config: Type.Object({
    most: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
      description: 'How many values a plugin may keep, 1 to 1000000. Default: 10000.',
    }),
  }),
  contributes: { service: { 'key-value': { summary: 'Values in memory, gone when the process ends' } } },
});
