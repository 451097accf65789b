import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily } from '@rustic-ai/kernel/contracts';
import { capabilitiesOf } from './capabilities.js';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type manifest from './manifest.js';
import { pull } from './pull.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { baseUrl, models, timeoutMs, apiKey } = config;
    const key = () => (apiKey ? deps.secrets.read(apiKey) : '');
    const headers = (secret: string): Readonly<Record<string, string>> =>
      secret ? { authorization: `Bearer ${secret}` } : {};
    const family = createModelFamily({
      vendor: 'ollama',
      baseUrl,
      models,
      timeoutMs,
      key,
      headers,
      connect: (fetch) => connect(baseUrl, fetch),
      capabilities: capabilitiesOf,
      complaint: complaintOf,
      own,
    });
    return {
      model: { 'ollama/*': family },
      command: { 'ollama-pull': { run: (request, call) => pull({ baseUrl, timeoutMs, key, headers }, request, call) } },
    };
  },
});
