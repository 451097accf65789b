import { modelOptions, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-lines',
  requires: { secrets: { one: 'secrets' } },
  config: Type.Object({
    models: Type.Array(Type.String({ minLength: 1 }), {
      description: 'Models to offer, as the vendor names them; each is called lines/<name>. "*": all it has.',
      default: ['*'],
    }),
    baseUrl: Type.String({
      description: 'Address of the server.',
      default: 'http://127.0.0.1:8080',
      ...modelOptions.baseUrl,
    }),
    apiKey: Type.Unsafe<SecretReference>({
      ...modelOptions.apiKey,
      description: 'Where the key is.',
      default: { $env: 'LINES_API_KEY' },
    }),
    timeoutMs: Type.Integer({
      description: 'How long to wait for a sign of life before an answer begins, in ms.',
      default: 60_000,
      ...modelOptions.timeoutMs,
    }),
  }),
  permissions: [{ action: 'net', match: { config: '/baseUrl' }, reason: 'asks the model at this address' }],
  contributes: { model: { 'lines/*': { summary: 'Models that answer in lines of JSON' } } },
});
