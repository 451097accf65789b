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
    sandbox: Type.Union([Type.Literal('auto'), Type.Literal('require'), Type.Literal('off')], {
      description:
        'Whether commands run in bubblewrap: only the workspace can be written to, and there is no network. "auto": where it can be had; "require": or not at all.',
      default: 'off',
    }),
    network: Type.Boolean({ description: 'Whether commands in the sandbox have network.', default: false }),
  }),
  contributes: {
    hook: { 'health.check': {} },
    service: { workspace: { summary: 'Files and commands of a folder on this machine.' } },
  },
});
