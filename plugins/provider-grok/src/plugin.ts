import { definePlugin } from '@rustic-ai/kernel';
import { createOpenAiModels } from '@rustic-ai/plugin-provider-openai';
import { capabilitiesOf, reasons } from './capabilities.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { api, baseUrl, models, timeoutMs, apiKey = { $env: 'XAI_API_KEY' } } = config;
    const family = createOpenAiModels({
      vendor: 'grok',
      api,
      baseUrl,
      models,
      timeoutMs,
      key: () => deps.secrets.read(apiKey),
      reasons,
      capabilities: (name) => capabilitiesOf(name, api),
      own,
    });
    return { model: { 'grok/*': family } };
  },
});
