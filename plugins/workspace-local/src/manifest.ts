import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'workspace-local',
  requires: { host: { one: 'host' } },
  config: Type.Object({
    root: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The folder of the workspace; relative to the folder the host works in. Default: that folder.',
      }),
    ),
  }),
  contributes: { service: { workspace: { summary: 'Files and commands of a folder on this machine.' } } },
});
