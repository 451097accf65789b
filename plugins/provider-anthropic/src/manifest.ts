import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const secret = Type.Union([
  Type.Object(
    { $env: Type.String({ description: 'Name of an environment variable' }) },
    { additionalProperties: false },
  ),
  Type.Object({ $file: Type.String({ description: 'Absolute path of a file' }) }, { additionalProperties: false }),
]);

export default defineManifest({
  id: 'provider-anthropic',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the vendor names them; each is called anthropic/<name>. "*": all it lists.',
        default: ['claude-opus-4-8', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
      }),
      baseUrl: Type.String({
        description: 'Address of the API, without its version.',
        default: 'https://api.anthropic.com',
        pattern: String.raw`^https?://([^\s/?#@:\[\]]+|\[[\da-fA-F:.]+\])(:\d{1,5})?([/?#]\S*)?$`,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<{ $env: string } | { $file: string }>({
          ...secret,
          description: 'Where the key is. Default: the variable ANTHROPIC_API_KEY.',
        }),
      ),
      timeoutMs: Type.Integer({
        description: 'How long to wait for a sign of life before an answer begins, in ms.',
        default: 120_000,
        minimum: 1_000,
        maximum: 3_600_000,
      }),
    },
    { additionalProperties: false },
  ),
  permissions: [{ action: 'net', match: { config: '/baseUrl' }, reason: 'asks the model at this address' }],
  contributes: { model: { 'anthropic/*': { summary: 'Models of Anthropic' } } },
});
