import {
  type Call,
  errorInfo,
  type Handle,
  type Handles,
  isRusticError,
  type PluginHooks,
  RusticError,
} from '@rustic-ai/kernel';
import {
  agentError,
  type AgentRequest,
  exitCodeOf,
  exitCodes,
  type FileChanges,
  type Json,
  type Message,
  type ModelCatalogue,
  type ModelRequest,
  type Part,
  type RunCompleted,
  type RunEventBody,
  type SessionLog,
  type Usage,
} from '@rustic-ai/kernel/contracts';
import type { Budget } from './budget.js';
import { runCalls } from './calls.js';
import type { BatchParts } from './order.js';
import { changedFiles } from './changed.js';
import { messageEntry, type NewEntry, receiptOf, type ResultPart } from './journal.js';
import { type Inbox, merge } from './merge.js';
import { buildPrompt, chooseTools, offered } from './prompt.js';
import { isActing } from './planned.js';
import { leftOpen } from './resume.js';
import { addUsage, emptyReply, priced, readReply, type ToolCallPart } from './reply.js';
import { hear, type SteeredTurn } from './steering.js';
import { correction, wantedBy } from './structured.js';

export interface TurnParts {
  readonly request: AgentRequest;
  readonly call: Call;
  readonly agent: string;
  readonly instructions: string;
  readonly maxSteps: number;
  readonly parallelCalls: number;
  readonly stream: boolean;
  readonly log: SessionLog;
  readonly model: Handle<'model'>;
  /** Who answers the model call that is under way: another one, where a policy asked it in the place of `model`. */
  readonly answers: { model: string };
  readonly catalogue: ModelCatalogue | undefined;
  readonly workspace: BatchParts['workspace'];
  /** Absent: nobody takes down what tools change. */
  readonly changes: (() => Promise<FileChanges>) | undefined;
  readonly budget: Budget;
  readonly tools: Handles<'tool'>;
  readonly hooks: PluginHooks;
  readonly inbox: Inbox<RunEventBody>;
  readonly steered: SteeredTurn;
  readonly turn: number;
  readonly now: () => number;
}

/** What a turn has come to so far. */
interface State {
  usage: Usage;
  result: string;
  structured?: Json;
  ids: number;
  denials: string[];
  /** Whether a tool was called that does more than read. */
  acted: boolean;
}

/**
 * One prompt and everything until its answer.
 *
 * Shape: `turn.started`, items, the last of them what became of files, then one of `turn.completed`, `turn.interrupted`, `turn.failed`, then `run.completed`.
 * Order: entries are durable before the next effect: the prompt before the model, its reply before calls that do more
 *   than read, the reply and its results before the next model call.
 * Cancel: what was said so far is kept; calls that were under way have a result that says so.
 */
export async function* runTurn(parts: TurnParts): AsyncGenerator<RunEventBody> {
  const startedMs = parts.now();
  const { turn, hooks, log } = parts;
  const session = log.info.id;
  const state: State = { usage: { inputTokens: 0, outputTokens: 0 }, result: '', ids: 0, denials: [], acted: false };
  const end = (rest: Pick<RunCompleted, 'status' | 'exitCode' | 'errors'>): RunCompleted => ({
    type: 'run.completed',
    ...rest,
    result: state.result,
    ...(state.structured !== undefined && { structured: state.structured }),
    usage: state.usage,
    turns: 1,
    durationMs: Math.round(parts.now() - startedMs),
    permissionDenials: state.denials,
  });
  const changed = () => changedFiles(state.acted ? parts.changes : undefined, { session, turn });
  yield { type: 'turn.started' };
  await hooks.observe('turn.started', { session, turn });
  try {
    const outcome = yield* steps(parts, state);
    yield* changed();
    const { usage } = state;
    if (outcome === 'interrupted') {
      await log.append([{ type: 'note', body: { interrupted: turn } }]);
      await hooks.observe('turn.interrupted', { session, turn, usage });
      yield { type: 'turn.interrupted', usage };
      const { reason } = parts.call.signal as { readonly reason: unknown };
      const errors = isRusticError(reason) ? [errorInfo(reason)] : [];
      const exitCode = errors[0] ? exitCodeOf(errors[0].code) : exitCodes.interrupted;
      return yield end({ status: 'interrupted', exitCode, errors });
    }
    await hooks.observe('turn.completed', { session, turn, usage });
    yield { type: 'turn.completed', usage };
    const errors = outcome === 'limit' ? [errorInfo(agentError('RUSTIC_LIMIT_STEPS', { limit: parts.maxSteps }))] : [];
    const exitCode = outcome === 'limit' ? exitCodes.limit : exitCodes.ok;
    yield end({ status: outcome === 'limit' ? 'failed' : 'ok', exitCode, errors });
  } catch (thrown) {
    const error = errorInfo(thrown);
    yield* changed();
    await hooks.observe('turn.failed', { session, turn, error });
    yield { type: 'turn.failed', error };
    yield end({ status: 'failed', exitCode: exitCodeOf(error.code), errors: [error] });
  }
}

async function* steps(parts: TurnParts, state: State): AsyncGenerator<RunEventBody, 'done' | 'limit' | 'interrupted'> {
  const { log, call, hooks, agent, model, answers, catalogue, tools, turn, budget } = parts;
  const session = log.info.id;
  const wanted = wantedBy(parts.request);
  /** Makes calls and keeps their results, after what stands before them. It goes on also when nobody reads on. */
  const perform = async function* (
    calls: readonly ToolCallPart[],
    before: readonly NewEntry[] = [],
  ): AsyncGenerator<RunEventBody, readonly ResultPart[]> {
    let waiting = before;
    state.acted ||= calls.some((part) => isActing(part, tools));
    const keep = async (entries: readonly NewEntry[]) => {
      const all = [...waiting, ...entries];
      waiting = [];
      if (all.length > 0) await log.append(all);
    };
    const emit = (event: RunEventBody) => parts.inbox.push(event);
    const work = runCalls({
      ...{ calls, tools, call, session, turn, emit, keep },
      parallel: parts.parallelCalls,
      workspace: parts.workspace,
    });
    yield* merge(until(work), parts.inbox);
    return work;
  };
  budget.demandPrice(model.name);
  let before = await log.messages();
  const { again, unknown } = leftOpen(before, tools);
  if (unknown.length > 0) await log.append(unknown.map((id) => receiptOf(id, 'unknown')));
  if (again.length > 0) {
    yield* perform(again);
    before = await log.messages();
  }
  const prompt: Message = { role: 'user', parts: partsOf(parts.request.prompt) };
  await log.append([messageEntry(prompt)]);
  const system = await buildPrompt(hooks, {
    agent,
    session,
    turn,
    instructions: parts.instructions,
    ...(wanted && { output: wanted.instruction }),
  });
  const choices = await chooseTools(hooks, { agent, session, turn }, tools);
  const history = [...before, prompt];
  const newId = () => `item-${turn}-${++state.ids}`;
  /** The answer did not fit, and the model was told so. */
  let corrected = false;
  for (let step = 1; ; step++) {
    const last = step > parts.maxSteps;
    const reply = emptyReply();
    const request: ModelRequest = {
      model: model.name,
      messages: [system, ...history],
      purpose: 'turn' as const,
      stream: parts.stream,
      ...offered(choices, last || corrected, model.declaration),
      ...(choices.length === 0 && wanted?.natively(model.declaration)),
    };
    answers.model = model.name;
    const events = model.invoke(request, call, { session, turn });
    yield* merge(readReply(events, reply, newId), parts.inbox);
    const usage = priced(reply.usage, answers.model, catalogue);
    state.usage = addUsage(state.usage, usage);
    if (reply.text) state.result = reply.text;
    // What was said is kept even when it was cut; calls of a cut reply never run, so they are not kept.
    const whole = reply.reason === 'stop' || reply.reason === 'tool_calls' || reply.reason === 'length';
    const over = budget.spent(usage && state.usage, answers.model);
    const calls = whole && !last && !over ? reply.calls : [];
    const judged = whole && !last && reply.calls.length === 0 ? await wanted?.judge(reply.text) : undefined;
    // An answer that is asked for again is no part of the conversation.
    const rejected =
      judged?.misfit !== undefined && !corrected ? { rejected: reply.text, reason: judged.misfit } : undefined;
    const spoken = reply.parts.filter((part) => part.type !== 'tool_call' || calls.includes(part));
    const said: Message[] = spoken.length > 0 ? [{ role: 'assistant', parts: spoken }] : [];
    history.push(...said);
    const spent = usage && { model: answers.model, usage };
    const told = answers.model === model.name ? spent : { model: answers.model, ...spent };
    const entries: readonly NewEntry[] = [
      ...(rejected ? [] : said.map((message) => messageEntry(message, told))),
      ...(rejected || (spent && said.length === 0)
        ? [{ type: 'note' as const, body: { ...told, ...rejected } as unknown as Json }]
        : []),
    ];
    // With calls, the reply is kept in one append with what follows it: the first intent, or results of what only looks.
    if (calls.length === 0 && entries.length > 0) await log.append(entries);
    if (usage) {
      const contextUsed = usage.inputTokens + usage.outputTokens;
      const contextSize = catalogue?.find(answers.model)?.contextTokens;
      yield { type: 'usage.updated', usage: state.usage, contextUsed, ...(contextSize && { contextSize }) };
    }
    if (reply.error) throw new RusticError(reply.error);
    if (reply.reason === 'aborted' || call.signal.aborted) {
      if (calls.length > 0) await log.append(entries);
      return 'interrupted';
    }
    if (over && (rejected || reply.calls.length > 0)) throw over;
    if (rejected) {
      corrected = true;
      history.push({ role: 'user', parts: partsOf(correction(rejected.reason)) });
      continue;
    }
    if (judged) {
      if (judged.misfit !== undefined) throw agentError('RUSTIC_AGENT_OUTPUT', { reason: judged.misfit });
      state.structured = judged.value;
      state.result = JSON.stringify(judged.value);
    }
    if (calls.length === 0) {
      if (last) return 'limit';
      if (yield* hear(parts.steered, { log, history, newId })) continue;
      return 'done';
    }

    const results = yield* perform(calls, entries);
    state.denials.push(...denied(calls, results));
    history.push({ role: 'tool', parts: results });
    if (call.signal.aborted) return 'interrupted';
    yield* hear(parts.steered, { log, history, newId });
  }
}

const partsOf = (prompt: AgentRequest['prompt']): readonly Part[] =>
  typeof prompt === 'string' ? [{ type: 'text', text: prompt }] : prompt;

/** Yields nothing and ends when the work does. */
async function* until(work: Promise<unknown>): AsyncGenerator<never> {
  await work;
}

const denied = (calls: readonly ToolCallPart[], results: readonly ResultPart[]): readonly string[] =>
  results.flatMap(({ id, error }) => {
    const call = calls.find((one) => one.id === id);
    return call && error?.code.startsWith('RUSTIC_PERMISSION_') ? [call.name] : [];
  });
