import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

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
        ...modelOptions.baseUrl,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<SecretReference>({
          ...modelOptions.apiKey,
          description: 'Where the key is. Default: the variable ANTHROPIC_API_KEY.',
        }),
      ),
      timeoutMs: Type.Integer({
        description: 'How long to wait for a sign of life before an answer begins, in ms.',
        default: 120_000,
        ...modelOptions.timeoutMs,
      }),
    },
    { additionalProperties: false },
  ),
  permissions: [{ action: 'net', match: { config: '/baseUrl' }, reason: 'asks the model at this address' }],
  contributes: { model: { 'anthropic/*': { summary: 'Models of Anthropic' } } },
});
