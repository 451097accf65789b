import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { greet } from './greeting.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ config: { greeting } }) {
    return {
      tool: {
        template_greet: {
          run: ({ name }) => ({ parts: [{ type: 'text', text: greet(greeting, name) }] }),
        },
      },
    };
  },
});
