import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { counted, type Counts } from './counts.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ config: { every }, log }) {
    const tools = new Map<string, Counts>();
    return {
      hook: {
        'tool.called': (call) => {
          const counts = counted(tools.get(call.name), call);
          tools.set(call.name, counts);
          if (counts.calls % every === 0) log(`calls of ${call.name}`, { ...counts });
        },
      },
    };
  },
});
