import { definePlugin } from '@rustic-ai/kernel';
import { type RunEvent, type RunEventBody, turnsIn } from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { createBudget } from './budget.js';
import { createInbox, type Inbox } from './merge.js';
import { createSteering } from './steering.js';
import { runTurn } from './turn.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, hooks, composition }) {
    const { sessions, models, tools, host, catalogue } = deps;
    /** Runs under way, by session: where events that arrive through hooks belong. */
    const inboxes = new Map<string, Inbox<RunEventBody>>();
    /** Who answers in a run's model call that is under way, by the id of the run's call. */
    const answering = new Map<string, { model: string }>();
    const { cwd } = host.folders;
    // Of several nobody knows which one a tool acts on.
    const only = <T>(all: readonly T[]) => (all.length === 1 ? all[0] : undefined);
    const [workspace, changes] = [only(Object.values(deps.workspaces)), only(Object.values(deps.changes))];
    const instructions = config.instructions.replaceAll('{cwd}', cwd);
    const steering = createSteering();
    return {
      service: { steering },
      agent: {
        main: {
          async *run(request, call) {
            const agent = 'main';
            const log = request.session
              ? await sessions.open(request.session)
              : await sessions.create({ agent, project: cwd });
            const { id: sessionId } = log.info;
            const held = await log.hold(call.signal);
            const steered = steering.begin(sessionId);
            try {
              const model = request.model ? models.get(request.model) : models.default;
              const turn = turnsIn(await log.entries()) + 1;
              const inbox = createInbox<RunEventBody>();
              inboxes.set(sessionId, inbox);
              const answers = { model: model.name };
              answering.set(call.id, answers);
              let seq = 0;
              const event = (body: RunEventBody): RunEvent => ({
                v: 1,
                seq: ++seq,
                ts: new Date(host.now()).toISOString(),
                sessionId,
                turn,
                ...body,
              });
              await hooks.observe('session.opened', { session: log.info });
              yield event({ type: 'session.started', cwd, model: model.name, agent, plugins: composition });
              const events = runTurn({
                request,
                call,
                agent,
                instructions,
                log,
                model,
                answers,
                catalogue,
                workspace,
                changes,
                budget: createBudget(request.maxCostUsd, catalogue),
                tools,
                hooks,
                inbox,
                steered,
                turn,
                maxSteps: Math.min(request.maxSteps ?? config.maxSteps, config.maxSteps),
                parallelCalls: config.parallelCalls,
                stream: config.stream,
                now: () => host.monotonicMs(),
              });
              for await (const body of events) yield event(body);
            } finally {
              steered.end();
              inboxes.delete(sessionId);
              answering.delete(call.id);
              await hooks.observe('session.closed', { session: log.info });
              await held.release();
            }
          },
        },
      },
      hook: {
        'permission.requested': ({ id, ask }) =>
          inboxes.get(ask.origin.session ?? '')?.push({ type: 'permission.requested', id, ask }),
        'permission.decided': ({ id, ask, answer, by }) =>
          inboxes.get(ask.origin.session ?? '')?.push({ type: 'permission.decided', id, answer, by }),
        'call.retried'({ operation, origin, attempt, max, delayMs, reason, next }) {
          const own = operation === 'model' && answering.get(origin.parent ?? '');
          if (own && next !== undefined) own.model = next;
          const text = next === undefined ? reason : `${reason} ${next} is asked in its place`;
          const model = own && next !== undefined ? { model: next } : {};
          inboxes.get(origin.session ?? '')?.push({ type: 'retry', attempt, max, delayMs, reason: text, ...model });
        },
      },
    };
  },
});
