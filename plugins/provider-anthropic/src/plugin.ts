import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily } from '@rustic-ai/kernel/contracts';
import { capabilitiesOf } from './capabilities.js';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type manifest from './manifest.js';

/** Source: Anthropic API reference, "Versions"; the only one since 2023. */
const version = '2023-06-01';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { baseUrl, models, timeoutMs, apiKey = { $env: 'ANTHROPIC_API_KEY' } } = config;
    const family = createModelFamily({
      vendor: 'anthropic',
      baseUrl,
      models,
      timeoutMs,
      key: () => deps.secrets.read(apiKey),
      headers: (key) => ({ 'x-api-key': key, 'anthropic-version': version }),
      connect: (fetch, key) => connect({ baseUrl, timeoutMs, fetch, key }),
      capabilities: capabilitiesOf,
      complaint: complaintOf,
      own,
    });
    return { model: { 'anthropic/*': family } };
  },
});
