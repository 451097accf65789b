import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-grok',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the vendor names them; each is called grok/<name>. "*": all it lists.',
        default: ['grok-4.3', 'grok-4.20-reasoning', 'grok-4.20-non-reasoning'],
      }),
      api: Type.Union([Type.Literal('chat'), Type.Literal('responses')], {
        description: 'The protocol: Chat Completions, or Responses, which keeps reasoning from turn to turn.',
        default: 'chat',
      }),
      baseUrl: Type.String({
        description: 'Address of the API.',
        default: 'https://api.x.ai/v1',
        ...modelOptions.baseUrl,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<SecretReference>({
          ...modelOptions.apiKey,
          description: 'Where the key is. Default: the variable XAI_API_KEY.',
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
  contributes: { model: { 'grok/*': { summary: 'Grok models of xAI' } } },
});
