import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'workspace-template',
  requires: { host: { one: 'host' } },
  config: Type.Object({
    keep: Type.Boolean({
      default: false,
      description: 'Whether the folder stays when the work is over. Default: false.',
    }),
  }),
  contributes: { service: { workspace: { summary: 'An empty folder of its own, gone when the work is over' } } },
});
