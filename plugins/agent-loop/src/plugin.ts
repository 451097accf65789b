import { definePlugin } from '@rustic-ai/kernel';
import type { RunEvent, RunEventBody } from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { createInbox, type Inbox } from './merge.js';
import { runTurn } from './turn.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, hooks, composition }) {
    const { sessions, models, tools, host } = deps;
    /** Runs under way, by session: where events that arrive through hooks belong. */
    const inboxes = new Map<string, Inbox<RunEventBody>>();
    const { cwd } = host.folders;
    const instructions = config.instructions.replaceAll('{cwd}', cwd);
    return {
      agent: {
        main: {
          async *run(request, call) {
            const agent = 'main';
            const log = request.session
              ? await sessions.open(request.session)
              : await sessions.create({ agent, project: cwd });
            const { id: sessionId } = log.info;
            const model = request.model ? models.get(request.model) : models.default;
            const turn = (await log.messages()).filter(({ role }) => role === 'user').length + 1;
            const inbox = createInbox<RunEventBody>();
            inboxes.set(sessionId, inbox);
            let seq = 0;
            const event = (body: RunEventBody): RunEvent => ({
              v: 1,
              seq: ++seq,
              ts: new Date(host.now()).toISOString(),
              sessionId,
              turn,
              ...body,
            });
            try {
              await hooks.observe('session.opened', { session: log.info });
              yield event({ type: 'session.started', cwd, model: model.name, agent, plugins: composition });
              const events = runTurn({
                request,
                call,
                agent,
                instructions,
                log,
                model,
                tools,
                hooks,
                inbox,
                turn,
                maxSteps: Math.min(request.maxSteps ?? config.maxSteps, config.maxSteps),
                parallelCalls: config.parallelCalls,
                stream: config.stream,
                now: () => host.monotonicMs(),
              });
              for await (const body of events) yield event(body);
            } finally {
              inboxes.delete(sessionId);
              await hooks.observe('session.closed', { session: log.info });
            }
          },
        },
      },
      hook: {
        'permission.requested': ({ id, ask }) =>
          inboxes.get(ask.origin.session ?? '')?.push({ type: 'permission.requested', id, ask }),
        'permission.decided': ({ id, ask, answer, by }) =>
          inboxes.get(ask.origin.session ?? '')?.push({ type: 'permission.decided', id, answer, by }),
      },
    };
  },
});
