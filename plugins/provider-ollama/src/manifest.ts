import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

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
        ...modelOptions.baseUrl,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<SecretReference>({
          ...modelOptions.apiKey,
          description: 'Where the key is, for a server that wants one. Default: none.',
        }),
      ),
      timeoutMs: Type.Integer({
        description: 'How long to wait for a sign of life before an answer begins, in ms: a model is loaded first.',
        default: 600_000,
        ...modelOptions.timeoutMs,
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
