import {
  type AnyPlugin,
  type Call,
  definePlugin,
  errorInfo,
  type Handles,
  type PluginHooks,
  RusticError,
} from '@rustic-ai/kernel';
import {
  agentError,
  type AgentRequest,
  exitCodeOf,
  type Host,
  type Item,
  type Message,
  type ModelRequest,
  type Part,
  type RunEvent,
  type RunEventBody,
  type Usage,
} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';

type Result = Extract<Part, { type: 'tool_result' }>;
type ToolCall = Extract<Part, { type: 'tool_call' }>;
/** What can be wrong with an agent. */
export interface AgentParts {
  body(body: RunEventBody): readonly RunEventBody[];
  event(event: RunEvent): object;
  request(request: AgentRequest): AgentRequest;
  asked(request: ModelRequest): ModelRequest;
  calls(calls: readonly ToolCall[]): readonly ToolCall[];
  result(result: Result): Result;
  /** Added to its usage after each reply. */
  sum(before: Usage, more: Usage): Usage;
  readonly isSessionTold: boolean;
  readonly opensAny: boolean;
  readonly sharesSession: boolean;
  readonly firesHooks: boolean;
  readonly closes: boolean;
  readonly asksAgain: boolean;
  readonly knowsPrices: boolean;
  readonly failsWithTools: boolean;
  readonly heedsCancel: boolean;
  /** What it tells the model of what was said meanwhile. */
  heard(said: readonly string[]): readonly string[];
  /** Whether somebody heard it. */
  isHeard(known: boolean, session: string): boolean;
  readonly forgets: boolean;
  readonly countsSaid: boolean;
}
export const goodAgent: AgentParts = {
  body: (body) => [body],
  event: (event) => event,
  request: (request) => request,
  asked: (request) => request,
  calls: (calls) => calls,
  result: (result) => result,
  sum: (a, b) => ({ inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens }),
  isSessionTold: true,
  opensAny: false,
  sharesSession: false,
  firesHooks: true,
  closes: true,
  asksAgain: true,
  knowsPrices: false,
  failsWithTools: false,
  heedsCancel: true,
  heard: (said) => said,
  isHeard: (known) => known,
  forgets: true,
  countsSaid: false,
};

const manifest = defineManifest({
  id: 'agent-reference',
  requires: { models: { all: 'model' }, tools: { all: 'tool' }, host: { one: 'host' } },
  contributes: {
    service: { steering: { summary: 'Hears what is said meanwhile' } },
    agent: { reference: { summary: 'As small as an agent can be that keeps its promises' } },
    hook: { 'permission.requested': {}, 'permission.decided': {} },
  },
});
interface Session {
  readonly id: string;
  readonly history: Message[];
  turns: number;
}
interface Around {
  readonly parts: AgentParts;
  readonly models: Handles<'model'>;
  readonly tools: Handles<'tool'>;
  readonly host: Host;
  readonly hooks: PluginHooks;
  readonly questions: RunEventBody[];
  /** What was said to turns under way, by session. */
  readonly said: Map<string, string[]>;
  readonly composition: readonly { readonly id: string; readonly version: string }[];
}

/** An agent that keeps its sessions in memory. */
export const referenceAgent = (parts: AgentParts): AnyPlugin =>
  definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup({ deps, hooks, composition }) {
      const sessions = new Map<string, Session>();
      const questions: RunEventBody[] = [];
      const said = new Map<string, string[]>();
      const around: Around = { parts, ...deps, hooks, questions, said, composition };
      return {
        service: {
          steering: {
            async say(session, text) {
              said.get(session)?.push(text);
              return parts.isHeard(said.has(session), session);
            },
          },
        },
        agent: {
          reference: {
            async *run(given, call) {
              const request = parts.request(given);
              const session = open(sessions, request, parts);
              const turn = ++session.turns;
              if (!said.has(session.id)) said.set(session.id, []);
              let seq = 0;
              for await (const body of working(request, call, session, around))
                for (const one of parts.body(body)) {
                  const head = { v: 1, seq: ++seq, ts: new Date(deps.host.now()).toISOString() } as const;
                  yield parts.event({ ...head, sessionId: session.id, turn, ...one }) as RunEvent;
                }
              if (parts.forgets) said.delete(session.id);
            },
          },
        },
        hook: {
          'permission.requested': ({ id, ask }) => void questions.push({ type: 'permission.requested', id, ask }),
          'permission.decided': ({ id, answer, by }) =>
            void questions.push({ type: 'permission.decided', id, answer, by }),
        },
      };
    },
  });

function open(sessions: Map<string, Session>, { session: id }: AgentRequest, parts: AgentParts): Session {
  const found = id === undefined ? parts.sharesSession && [...sessions.values()][0] : sessions.get(id);
  if (found) return found;
  if (id !== undefined && !parts.opensAny)
    throw new RusticError({ code: 'RUSTIC_SESSION_UNKNOWN', message: 'There is no such session.' });
  const made: Session = { id: `session-${sessions.size + 1}`, history: [], turns: 0 };
  sessions.set(made.id, made);
  return made;
}

async function* working(
  request: AgentRequest,
  call: Call,
  session: Session,
  around: Around,
): AsyncGenerator<RunEventBody> {
  const { parts, host, composition } = around;
  const model = request.model ? around.models.get(request.model) : around.models.default;
  const turn = session.turns;
  const about = { session: session.id, turn };
  const info = { id: session.id, agent: 'reference', tags: [], createdAt: '', updatedAt: '', entries: 0 };
  const { hooks } = around;
  await hooks.observe('session.opened', { session: info });
  yield { type: 'session.started', cwd: host.folders.cwd, model: model.name, agent: 'reference', plugins: composition };
  yield { type: 'turn.started' };
  await hooks.observe('turn.started', about);
  const state: State = { usage: { inputTokens: 0, outputTokens: 0 }, result: '', denials: [] };
  const head = { turns: 1, durationMs: 1 };
  const startedMs = host.monotonicMs();
  let ended: 'done' | 'interrupted' = 'done';
  let error;
  try {
    ended = yield* replies(request, call, session, { ...around, model: model.name, state });
  } catch (thrown) {
    error = errorInfo(thrown);
  }
  head.durationMs = Math.round(host.monotonicMs() - startedMs);
  const { usage, result, denials: permissionDenials, structured } = state;
  const told = { ...head, usage, result, permissionDenials, ...(structured !== undefined && { structured }) };
  if (error) {
    yield { type: 'turn.failed', error };
    yield { type: 'run.completed', ...told, status: 'failed', exitCode: exitCodeOf(error.code), errors: [error] };
  } else if (ended === 'interrupted' && parts.heedsCancel) {
    yield { type: 'turn.interrupted', usage };
    yield { type: 'run.completed', ...told, status: 'interrupted', exitCode: 130, errors: [] };
  } else {
    await hooks.observe('turn.completed', { ...about, usage });
    yield { type: 'turn.completed', usage };
    yield { type: 'run.completed', ...told, status: 'ok', exitCode: 0, errors: [] };
  }
  if (parts.closes) await hooks.observe('session.closed', { session: info });
}
interface State {
  usage: Usage;
  result: string;
  readonly denials: string[];
  structured?: { readonly city: string };
}

async function* replies(
  request: AgentRequest,
  call: Call,
  session: Session,
  { parts, models, tools, hooks, questions, said: heard, model: name, state }: Around & { model: string; state: State },
): AsyncGenerator<RunEventBody, 'done' | 'interrupted'> {
  const { maxSteps = 20, maxCostUsd, output, prompt } = request;
  const { id, history, turns } = session;
  const model = models.get(name);
  if (maxCostUsd !== undefined && !parts.knowsPrices)
    throw agentError('RUSTIC_LIMIT_COST_UNKNOWN', { model: name, limitUsd: maxCostUsd });
  const asked = typeof prompt === 'string' ? [{ type: 'text' as const, text: prompt }] : prompt;
  history.push({ role: 'user', parts: asked });
  const said = { agent: 'reference', session: id };
  const added = parts.firesHooks ? await hooks.collect('prompt.parts', said) : [];
  const built = parts.firesHooks ? await hooks.transform('prompt.build', { ...said, parts: added }) : { parts: added };
  const all = (await tools.list()).map((tool) => ({
    name: tool.name,
    description: tool.declaration.summary,
    input: (tool.declaration.input ?? {}) as never,
  }));
  const choice = parts.firesHooks
    ? (await hooks.transform('tools.select', { agent: 'reference', tools: all })).tools
    : all;
  const system: Message = { role: 'system', parts: built.parts.map(({ text }) => ({ type: 'text', text })) };
  const place = parts.isSessionTold ? { session: id, turn: turns } : {};
  let ids = 0;
  for (let step = 1, misfits = 0; ; step++) {
    if (step > maxSteps) throw agentError('RUSTIC_LIMIT_STEPS', { limit: maxSteps });
    let text = '';
    const item = (): Item => ({ type: 'agent_message', id: `${turns}-${ids}`, text });
    const calls: ToolCall[] = [];
    let failure;
    const sent = parts.asked({ model: name, purpose: 'turn', messages: [system, ...history], tools: choice });
    for await (const event of model.invoke(sent, call, place)) {
      if (event.type === 'text') {
        if (text === '') yield { type: 'item.started', item: { type: 'agent_message', id: `${turns}-${++ids}`, text } };
        text += event.text;
        yield { type: 'item.delta', id: `${turns}-${ids}`, text: event.text };
      }
      if (event.type === 'tool_call') calls.push(event);
      if (event.type === 'finish') {
        failure = event.error;
        if (event.usage) state.usage = parts.sum(state.usage, event.usage);
      }
    }
    if (text !== '') yield { type: 'item.completed', item: item() };
    if (failure) throw new RusticError(failure);
    if (call.signal.aborted) return 'interrupted';
    state.result = text;
    history.push({ role: 'assistant', parts: [...(text ? [{ type: 'text' as const, text }] : []), ...calls] });
    if (calls.length === 0) {
      if (!output) return 'done';
      const value = JSON.parse(text) as { readonly city: string };
      if (value.city !== undefined) {
        state.structured = value;
        return 'done';
      }
      if (misfits++ > 0 || !parts.asksAgain) throw agentError('RUSTIC_AGENT_OUTPUT', { reason: 'no city' });
      history.push({ role: 'user', parts: [{ type: 'text', text: 'It needs a city.' }] });
      continue;
    }
    const results: Result[] = [];
    for (const part of parts.calls(calls)) {
      const tool = (await tools.list()).find((one) => one.name === part.name);
      if (!tool && parts.failsWithTools) throw new Error('no such tool');
      const kind = tool?.declaration.facts?.kind === 'read' ? 'read' : 'other';
      const shown = {
        type: 'tool_call',
        name: part.name,
        plugin: tool?.plugin ?? '',
        kind,
        input: part.input,
      } as const;
      yield { type: 'item.started', item: { ...shown, id: part.id, status: 'in_progress' } };
      const result = await Promise.resolve()
        .then(() => tools.get(part.name).invoke(part.input, call, place))
        .catch((thrown: unknown) => {
          const error = errorInfo(thrown);
          return { parts: [{ type: 'text' as const, text: error.message }], error };
        });
      yield* questions.splice(0);
      const { error } = result;
      if (error?.code.startsWith('RUSTIC_PERMISSION_')) state.denials.push(part.name);
      yield { type: 'item.completed', item: { ...shown, id: part.id, status: error ? 'failed' : 'completed', result } };
      results.push(parts.result({ type: 'tool_result', id: part.id, output: result.parts, ...(error && { error }) }));
    }
    history.push({ role: 'tool', parts: results });
    for (const text of parts.heard(heard.get(id)?.splice(0) ?? [])) {
      history.push({ role: 'user', parts: [{ type: 'text', text }] });
      if (parts.countsSaid) session.turns++;
      yield { type: 'item.completed', item: { type: 'user_message', id: `${turns}-${++ids}`, text } };
    }
    if (call.signal.aborted) return 'interrupted';
  }
}
