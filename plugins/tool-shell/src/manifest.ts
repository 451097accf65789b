import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'tool-shell',
  requires: { workspace: { one: 'workspace' } },
  config: Type.Object({
    maxBytes: Type.Integer({
      minimum: 256,
      maximum: 16_777_216,
      default: 65_536,
      description:
        'How much of stdout and of stderr the model is given, in bytes: of more, the beginning and the end. Default: 65536; 256 to 16777216.',
    }),
  }),
  permissions: [{ action: 'exec', match: '**', reason: 'runs command lines in the workspace' }],
  contributes: {
    tool: {
      shell_run: {
        summary:
          'Runs a command line with bash in the workspace and waits for it. Processes it leaves in the background are ended with it.',
        input: Type.Object(
          {
            command: Type.String({ minLength: 1, description: 'The command line, for bash.' }),
            cwd: Type.Optional(
              Type.String({ minLength: 1, description: 'Folder to run it in. Default: the workspace itself.' }),
            ),
            timeoutMs: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 600_000,
                description: 'How long it may run, in milliseconds. Default: 120000; at most 600000.',
              }),
            ),
            stdin: Type.Optional(Type.String({ description: 'What it can read from stdin. Default: nothing.' })),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'write', idempotent: false, openWorld: true },
        baskets: ['shell'],
        facts: { kind: 'execute' },
      },
    },
  },
});
