import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createApprover } from './approver.js';
import { createDesk } from './desk.js';
import { createFrontend } from './frontend.js';
import type manifest from './manifest.js';
import { styleFor } from './style.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { agents, host } }) {
    const { streams = process } = host;
    const desk = createDesk(streams);
    const approver = createApprover(streams, desk, styleFor(streams.stderr, host));
    const frontend = createFrontend({
      streams,
      host,
      desk,
      approver,
      invoke: (name, request, call, signal) =>
        (name === undefined ? agents.default : agents.get(name)).invoke(request, call, { signal }),
    });
    return { service: { frontend, approver } };
  },
});
