import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily } from '@rustic-ai/kernel/contracts';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { secrets }, config: { baseUrl, models, timeoutMs, apiKey }, own }) {
    const family = createModelFamily({
      vendor: 'lines',
      baseUrl,
      models,
      timeoutMs,
      own,
      key: () => secrets.read(apiKey),
      headers: (key) => ({ authorization: `Bearer ${key}` }),
      connect: async (fetch) => connect(baseUrl, fetch),
      capabilities: () => ['tools', 'maxTokens', 'temperature'],
      complaint: complaintOf,
    });
    return { model: { 'lines/*': family } };
  },
});
