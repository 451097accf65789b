import { definePlugin } from '@rustic-ai/kernel';
import { createApprover } from './answers.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config }) => ({ service: { approver: createApprover(config.answers) } }),
});
