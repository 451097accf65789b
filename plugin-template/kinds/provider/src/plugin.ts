import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { echo } from './echo.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config: { prefix } }) => ({
    model: { 'template/echo': { run: (request, { signal }) => echo(request, prefix, signal) } },
  }),
});
