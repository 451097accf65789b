import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'legacy-google',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      models: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Models to offer, as the vendor names them; each is called legacy-google/<name>.',
        default: ['gemini-2.5-flash'],
      }),
      baseUrl: Type.String({
        description: 'Address of the API, without its version.',
        default: 'https://generativelanguage.googleapis.com',
        pattern: '^https?://',
      }),
      apiKey: Type.Object(
        { $env: Type.String({ description: 'Name of an environment variable' }) },
        { description: 'Where the key is.', default: { $env: 'GEMINI_API_KEY' } },
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
  contributes: { model: { 'legacy-google/*': { summary: 'Gemini models, through the SDK Google has ended' } } },
});
