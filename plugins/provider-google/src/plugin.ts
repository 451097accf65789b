import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily } from '@rustic-ai/kernel/contracts';
import { capabilitiesOf } from './capabilities.js';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { baseUrl, models, timeoutMs, apiKey = { $env: 'GEMINI_API_KEY' } } = config;
    const family = createModelFamily({
      vendor: 'google',
      baseUrl,
      models,
      timeoutMs,
      key: () => deps.secrets.read(apiKey),
      headers: (key) => ({ 'x-goog-api-key': key }),
      connect: (fetch, key) => connect({ baseUrl, fetch, key }),
      capabilities: capabilitiesOf,
      complaint: complaintOf,
      own,
    });
    return { model: { 'google/*': family } };
  },
});
