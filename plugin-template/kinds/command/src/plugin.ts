import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { greeting as says } from './greeting.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config: { greeting } }) => ({
    command: { 'template-greet': { run: (request) => says(request, greeting) } },
  }),
});
