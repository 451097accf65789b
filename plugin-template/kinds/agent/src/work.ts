import { type Call, type Handle, RusticError } from '@rustic-ai/kernel';
import {
  agentError,
  type AgentRequest,
  type Json,
  type Message,
  type RunEventBody,
  type SessionLog,
  type Usage,
} from '@rustic-ai/kernel/contracts';
import { judge } from './answer.js';
import { runCall } from './calls.js';
import { promptOf } from './prompt.js';
import { readReply } from './reply.js';
import type { Parts } from './run.js';

/** What a turn has come to so far. */
export interface State {
  usage: Usage;
  result: string;
  structured?: Json;
  readonly denials: string[];
}

/**
 * Asks the model and runs its calls until it answers without one.
 *
 * Order: what was said is durable before a tool runs, and what a tool gave before the model is asked again.
 * Throws: what ends the turn as failed. Cancel: it just ends.
 */
export async function* work(
  request: AgentRequest,
  call: Call,
  parts: Parts & { log: SessionLog; turn: number; model: Handle<'model'>; state: State },
): AsyncGenerator<RunEventBody> {
  const { log, turn, model, state } = parts;
  // It knows no prices, so a limit of cost is one it can not keep.
  const { maxCostUsd: limitUsd } = request;
  if (limitUsd !== undefined) throw agentError('RUSTIC_LIMIT_COST_UNKNOWN', { model: model.name, limitUsd });
  const limit = Math.min(request.maxSteps ?? parts.maxSteps, parts.maxSteps);
  const place = { session: log.info.id, turn };
  const history = [...(await log.messages())];
  const keep = async (message: Message, told: object = {}) => {
    history.push(message);
    await log.append([{ type: 'message', body: { ...message, ...told } as unknown as Json }]);
  };
  const prompt =
    typeof request.prompt === 'string' ? [{ type: 'text' as const, text: request.prompt }] : request.prompt;
  await keep({ role: 'user', parts: prompt });
  const { system, choices } = await promptOf(request, call.name, parts);
  let corrected = false;
  for (let step = 1; ; step++) {
    if (step > limit) throw agentError('RUSTIC_LIMIT_STEPS', { limit });
    const messages = [system, ...history];
    const asked = {
      model: model.name,
      purpose: 'turn' as const,
      messages,
      ...(choices.length > 0 && { tools: choices }),
    };
    const reply = yield* readReply(model.invoke(asked, call, place), `item-${turn}-${step}`);
    if (reply.usage) state.usage = sum(state.usage, reply.usage);
    if (reply.text) state.result = reply.text;
    const told = { model: model.name, ...(reply.usage && { usage: reply.usage }) };
    if (reply.parts.length > 0) await keep({ role: 'assistant', parts: reply.parts }, told);
    if (reply.error) throw new RusticError(reply.error);
    if (call.signal.aborted) return;
    if (reply.calls.length > 0) {
      const results = [];
      for (const part of reply.calls) results.push(yield* runCall(part, call, { ...parts, place }));
      await keep({ role: 'tool', parts: results });
      if (call.signal.aborted) return;
      continue;
    }
    if (!request.output) return;
    const judged = await judge(reply.text, request.output.schema);
    if (judged.misfit === undefined) {
      state.structured = judged.value;
      return;
    }
    if (corrected) throw agentError('RUSTIC_AGENT_OUTPUT', { reason: judged.misfit });
    corrected = true;
    // It is no prompt of a person, so it is told and not kept.
    const again = `Your answer does not fit: ${judged.misfit}. Answer again, with nothing but JSON that fits.`;
    history.push({ role: 'user', parts: [{ type: 'text', text: again }] });
  }
}

/** The sum of two. A cost that is unknown for a part is unknown for the whole. */
function sum(a: Usage, b: Usage): Usage {
  const counted = { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
  const isFirst = a.inputTokens + a.outputTokens === 0;
  const before = isFirst ? 0 : a.costUsd;
  const costUsd = b.costUsd === undefined || before === undefined ? undefined : before + b.costUsd;
  return { ...counted, ...(costUsd !== undefined && { costUsd }) };
}
