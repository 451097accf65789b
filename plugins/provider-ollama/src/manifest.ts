import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const secret = Type.Union([
  Type.Object(
    { $env: Type.String({ description: 'Name of an environment variable' }) },
    { additionalProperties: false },
  ),
  Type.Object({ $file: Type.String({ description: 'Absolute path of a file' }) }, { additionalProperties: false }),
]);

export default defineManifest({
  id: 'provider-ollama',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the server names them; each is called ollama/<name>. "*": all it has.',
        default: ['*'],
      }),
      baseUrl: Type.String({
        description: 'Address of the server.',
        default: 'http://127.0.0.1:11434',
        pattern: String.raw`^https?://([^\s/?#@:\[\]]+|\[[\da-fA-F:.]+\])(:\d{1,5})?([/?#]\S*)?$`,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<{ $env: string } | { $file: string }>({
          ...secret,
          description: 'Where the key is, for a server that wants one. Default: none.',
        }),
      ),
      timeoutMs: Type.Integer({
        description: 'How long to wait for a sign of life before an answer begins, in ms: a model is loaded first.',
        default: 600_000,
        minimum: 1_000,
        maximum: 3_600_000,
      }),
    },
    { additionalProperties: false },
  ),
  permissions: [{ action: 'net', match: { config: '/baseUrl' }, reason: 'asks the model at this address' }],
  contributes: {
    model: { 'ollama/*': { summary: 'Models of an Ollama server' } },
    command: {
      'ollama-pull': {
        summary: 'Fetches a model to the Ollama server: /ollama-pull <name>',
        effects: { kind: 'write', idempotent: true, openWorld: true },
      },
    },
  },
});
