import { definePlugin } from '@rustic-ai/kernel';
import { createModelFamily, type ModelCapability } from '@rustic-ai/kernel/contracts';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';
import type manifest from './manifest.js';

/** What the SDK has a parameter for. Source: the types of @google/generative-ai 0.24.1. */
const capabilities: readonly ModelCapability[] = [
  'tools',
  'toolChoice',
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'stop',
  'presencePenalty',
  'frequencyPenalty',
  'images',
];

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { baseUrl, models, timeoutMs, apiKey } = config;
    const family = createModelFamily({
      vendor: 'legacy-google',
      baseUrl,
      models,
      timeoutMs,
      key: () => deps.secrets.read(apiKey),
      // This SDK brings its own headers and its own fetch: what the first parameter of `connect` guards, it can not use.
      headers: () => ({}),
      connect: (_, key) => connect(baseUrl, key),
      capabilities: () => capabilities,
      complaint: complaintOf,
      own,
    });
    return { model: { 'legacy-google/*': family } };
  },
});
