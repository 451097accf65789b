import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-google',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the vendor names them; each is called google/<name>. "*": all it lists.',
        default: ['gemini-3-pro-preview', 'gemini-2.5-pro', 'gemini-2.5-flash'],
      }),
      baseUrl: Type.String({
        description: 'Address of the API, without its version.',
        default: 'https://generativelanguage.googleapis.com',
        ...modelOptions.baseUrl,
      }),
      apiKey: Type.Optional(
        Type.Unsafe<SecretReference>({
          ...modelOptions.apiKey,
          description: 'Where the key is. Default: the variable GEMINI_API_KEY.',
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
  contributes: { model: { 'google/*': { summary: 'Gemini models of Google' } } },
});
