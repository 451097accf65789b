import { type Call, errorInfo, type Handles, isRusticError, type PluginHooks } from '@rustic-ai/kernel';
import {
  type AgentRequest,
  exitCodeOf,
  exitCodes,
  type Host,
  type RunCompleted,
  type RunEvent,
  type RunEventBody,
  type SessionLog,
  type Sessions,
  turnsIn,
} from '@rustic-ai/kernel/contracts';
import { type State, work } from './work.js';

export interface Parts {
  readonly sessions: Sessions;
  readonly models: Handles<'model'>;
  readonly tools: Handles<'tool'>;
  readonly host: Host;
  readonly hooks: PluginHooks;
  readonly composition: readonly { readonly id: string; readonly version: string }[];
  readonly instructions: string;
  readonly maxSteps: number;
  readonly questions: Map<string, RunEventBody[]>;
}

/** One turn of one session, which nobody else works on meanwhile. */
export async function* runAgent(request: AgentRequest, call: Call, parts: Parts): AsyncGenerator<RunEvent> {
  const { sessions, host, hooks, questions } = parts;
  const made = { agent: call.name, project: host.folders.cwd };
  const log = request.session === undefined ? await sessions.create(made) : await sessions.open(request.session);
  const { id: sessionId } = log.info;
  const held = await log.hold(call.signal);
  try {
    questions.set(sessionId, []);
    const turn = turnsIn(await log.entries()) + 1;
    await hooks.observe('session.opened', { session: log.info });
    let seq = 0;
    for await (const body of eventsOf(request, call, { ...parts, log, turn }))
      yield { v: 1, seq: ++seq, ts: new Date(host.now()).toISOString(), sessionId, turn, ...body };
  } finally {
    questions.delete(sessionId);
    await hooks.observe('session.closed', { session: log.info });
    await held.release();
  }
}

/** Order: the turn's own hook, then its event, then `run.completed`, whatever became of it. */
async function* eventsOf(
  request: AgentRequest,
  call: Call,
  parts: Parts & { readonly log: SessionLog; readonly turn: number },
): AsyncGenerator<RunEventBody> {
  const { log, turn, host, hooks, models, composition: plugins } = parts;
  const startedMs = host.monotonicMs();
  const about = { session: log.info.id, turn };
  const model = request.model === undefined ? models.default : models.get(request.model);
  const state: State = { usage: { inputTokens: 0, outputTokens: 0 }, result: '', denials: [] };
  const end = (status: RunCompleted['status'], exitCode: number, errors: RunCompleted['errors'] = []): RunCompleted => {
    const { usage, result, denials: permissionDenials, structured } = state;
    const durationMs = Math.round(host.monotonicMs() - startedMs);
    const answer = { result, ...(structured !== undefined && { structured }) };
    return {
      type: 'run.completed',
      status,
      exitCode,
      ...answer,
      usage,
      turns: 1,
      durationMs,
      permissionDenials,
      errors,
    };
  };
  yield { type: 'session.started', cwd: host.folders.cwd, model: model.name, agent: call.name, plugins };
  yield { type: 'turn.started' };
  await hooks.observe('turn.started', about);
  try {
    yield* work(request, call, { ...parts, model, state });
    const { usage } = state;
    if (call.signal.aborted) {
      await hooks.observe('turn.interrupted', { ...about, usage });
      yield { type: 'turn.interrupted', usage };
      const { reason } = call.signal as { readonly reason: unknown };
      const coded = isRusticError(reason) ? [errorInfo(reason)] : [];
      yield end('interrupted', coded[0] ? exitCodeOf(coded[0].code) : exitCodes.interrupted, coded);
    } else {
      await hooks.observe('turn.completed', { ...about, usage });
      yield { type: 'turn.completed', usage };
      yield end('ok', exitCodes.ok);
    }
  } catch (thrown) {
    const error = errorInfo(thrown);
    await hooks.observe('turn.failed', { ...about, error });
    yield { type: 'turn.failed', error };
    yield end('failed', exitCodeOf(error.code), [error]);
  }
}
