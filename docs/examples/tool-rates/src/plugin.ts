import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { askRate, rateUrl } from './rates.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config: { server } }) => ({
    tool: {
      rates_convert: {
        access: ({ from, to }) => [{ action: 'net', resource: rateUrl(server, from, to) }],
        preview: ({ from, to }) => ({ type: 'url', text: rateUrl(server, from, to) }),
        async run({ amount, from, to }, { signal }) {
          const rate = await askRate(rateUrl(server, from, to), signal);
          const worth = (amount * rate).toFixed(2);
          return { parts: [{ type: 'text', text: `${amount} ${from} are ${worth} ${to}` }], data: { rate } };
        },
      },
    },
  }),
});
