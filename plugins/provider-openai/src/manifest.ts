import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-openai',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the vendor names them; each is called openai/<name>. "*": all it lists.',
        default: ['gpt-5', 'gpt-5-mini'],
      }),
      api: Type.Union([Type.Literal('chat'), Type.Literal('responses')], {
        description: 'The protocol: Chat Completions, or Responses, which keeps reasoning from turn to turn.',
        default: 'chat',
      }),
      baseUrl: Type.String({
        description: 'Address of the API: OpenAI, or any server that speaks one of its protocols.',
        default: 'https://api.openai.com/v1',
        ...modelOptions.baseUrl,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<SecretReference>({
          ...modelOptions.apiKey,
          description: 'Where the key is. Default: the variable OPENAI_API_KEY at OpenAI, no key elsewhere.',
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
  contributes: { model: { 'openai/*': { summary: 'Models of OpenAI, or of a server that speaks its protocol' } } },
});
