import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config: { refused, reason } }) => ({
    // A gate tap can ask or deny. It can't allow: the rules of the composition still decide.
    hook: { 'tool.call': ({ name }) => (refused.includes(name) ? { deny: reason } : undefined) },
  }),
});
