import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'telemetry-template',
  config: Type.Object({
    every: Type.Integer({
      minimum: 1,
      default: 10,
      description: 'After how many calls of a tool its counts are logged, 1 or more. Default: 10.',
    }),
  }),
  contributes: { hook: { 'tool.called': {} } },
});
