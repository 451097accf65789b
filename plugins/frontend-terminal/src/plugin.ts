import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createApprover } from './approver.js';
import { createDesk } from './desk.js';
import { createFrontend } from './frontend.js';
import type manifest from './manifest.js';
import { styleFor } from './style.js';
import type { House } from './terminal.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { agents, models, tools, skills, commands, sessions, workspaces, steering, host }, hooks }) {
    const { streams = process } = host;
    const desk = createDesk(streams, styleFor(streams.stderr, host));
    const approver = createApprover(streams, desk);
    const house: House = {
      agents,
      models,
      tools,
      skills,
      commands,
      sessions: onlyOne(sessions),
      workspace: onlyOne(workspaces),
      steering: Object.values(steering),
      hooks,
    };
    const frontend = createFrontend({
      streams,
      host,
      desk,
      approver,
      house,
      invoke: (name, request, call, signal) =>
        (name === undefined ? agents.default : agents.get(name)).invoke(request, call, { signal }),
    });
    return { service: { frontend, approver } };
  },
});

/** Which one the composition chose among several is not known here. */
function onlyOne<T>(providers: Readonly<Record<string, () => Promise<T>>>): (() => Promise<T>) | undefined {
  const [first, ...others] = Object.values(providers);
  return others.length === 0 ? first : undefined;
}
