import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { createValues } from './values.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  // Every plugin that asks gets values of its own.
  setup: ({ config: { most } }) => ({ service: { 'key-value': () => createValues(most) } }),
});
