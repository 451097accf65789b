import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createFeed } from './feed.js';
import type manifest from './manifest.js';
import { createState } from './state.js';
import { createStorage } from './storage.js';
import { createTransactedDomains } from './transactions.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, own }) {
    const feed = createFeed();
    own(() => feed.close());
    const state = createState(feed.tell);
    const { domains, ...exclusive } = createTransactedDomains(state, () => deps.host.now());
    const { sessions, values, trace, ...others } = domains;
    return {
      service: {
        'session.store': sessions,
        'key-value': values,
        'hook.trace': trace,
        ...others,
        storage: createStorage(state, { ...exclusive, follow: feed.follow }),
      },
    };
  },
});
