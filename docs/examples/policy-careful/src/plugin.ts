import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { hide } from './hide.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ config: { attended, hidden }, log }) {
    const pattern = new RegExp(hidden, 'g');
    return {
      hook: {
        'tool.call': ({ name, origin: { headless } }) => {
          if (!attended.includes(name)) return undefined;
          return headless
            ? { deny: `${name} is for people who watch. Say what you would do.` }
            : { ask: 'It is watched.' };
        },
        'tool.result': (result) => hide(result, pattern),
        'tool.called': ({ name, error, durationMs }) => {
          if (error) log(`${name} failed`, { code: error.code, durationMs });
        },
      },
    };
  },
});
