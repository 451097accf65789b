import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { join } from './join.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config: { separator } }) => ({
    'workflow.step': {
      'template-join': { run: ({ inputs: { texts } }) => ({ outputs: { text: join(texts, separator) } }) },
    },
  }),
});
