import { definePlugin } from '@rustic-ai/kernel';
import { capabilitiesOf, reasons } from './capabilities.js';
import type manifest from './manifest.js';
import { createOpenAiModels } from './models.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { api, baseUrl, models, timeoutMs } = config;
    const atVendor = URL.parse(baseUrl)?.hostname === 'api.openai.com';
    const reference = config.apiKey ?? (atVendor ? { $env: 'OPENAI_API_KEY' } : undefined);
    const family = createOpenAiModels({
      vendor: 'openai',
      api,
      baseUrl,
      models,
      timeoutMs,
      key: () => (reference ? deps.secrets.read(reference) : ''),
      reasons: (name) => atVendor && reasons(name),
      capabilities: (name) => capabilitiesOf(name, { api, atVendor }),
      counts: atVendor,
      own,
    });
    return { model: { 'openai/*': family } };
  },
});
