import { definePlugin } from '@rustic-ai/kernel';
import type { RunEventBody } from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { runAgent } from './run.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, hooks, composition }) {
    /** Questions and answers that were not told yet, by session. */
    const questions = new Map<string, RunEventBody[]>();
    const add = (session: string | undefined, event: RunEventBody) => void questions.get(session ?? '')?.push(event);
    return {
      agent: {
        'template-agent': {
          run: (request, call) => runAgent(request, call, { ...deps, ...config, hooks, composition, questions }),
        },
      },
      hook: {
        'permission.requested': ({ id, ask }) => add(ask.origin.session, { type: 'permission.requested', id, ask }),
        'permission.decided': ({ id, ask, answer, by }) =>
          add(ask.origin.session, { type: 'permission.decided', id, answer, by }),
      },
    };
  },
});
