import { setTimeout as wait } from 'node:timers/promises';
import { RusticError } from '@rustic-ai/kernel';
import { type Json, modelError, type ModelEvent, type ModelRequest } from '@rustic-ai/kernel/contracts';
import { freshId, resultOf, turnFor } from './history.js';
import { idOf, type Scenario, type Turn } from './scenario.js';
import { expressionOf, fill, type Slot } from './template.js';

const over: Turn = { at: { line: 1, column: 1 }, say: 'That is all this scenario has to say. Thank you.' };

/** A few words at a time; all in one piece unless streamed. */
export const piecesOf = (text: string, stream: boolean): readonly string[] =>
  stream ? (text.match(/(?:\S+\s*){1,3}|\s+/g) ?? []) : [text];

/** The turn with its templates filled. Throws: `RUSTIC_MODEL_SCENARIO`. */
function filled(turn: Turn, { file, turns }: Scenario, { messages }: ModelRequest) {
  const valueOf = ({ id, match }: Slot): string => {
    const fail = (reason: string) => modelError('RUSTIC_MODEL_SCENARIO', { file, ...turn.at, reason });
    const result = resultOf(id, messages);
    if (result === undefined) throw fail(`the call "${id}" has no result yet`);
    if (match === undefined) return result;
    const found = expressionOf(match).exec(result);
    if (!found)
      throw fail(`/${match}/ does not occur in the result of "${id}": ${JSON.stringify(result.slice(0, 200))}`);
    return found[1] ?? found[0];
  };
  const fillJson = (value: Json): Json => {
    if (typeof value === 'string') return fill(value, valueOf);
    if (Array.isArray(value)) return value.map(fillJson);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillJson(each)]));
  };
  return {
    think: fill(turn.think ?? '', valueOf),
    say: fill(turn.say ?? '', valueOf),
    calls: (turn.calls ?? []).map((call, index) => ({
      type: 'tool_call' as const,
      id: freshId(idOf(call, turns.indexOf(turn), index), messages),
      name: call.tool,
      input: fillJson(call.input ?? {}),
    })),
  };
}

/** Unit: tokens, four characters each. */
const tokensOf = (value: unknown) => Math.ceil(JSON.stringify(value).length / 4);

/**
 * Answers one request with its turn.
 *
 * Shape: `start`, reasoning, text, tool calls, `finish`; `usage` is an estimate.
 * Throws: `RUSTIC_MODEL_SCENARIO` before `start`; the turn's own `error` where it stands.
 * Cancel: ends a delay at once and yields `finish` with `reason: 'aborted'`.
 */
export async function* play(
  scenario: Scenario,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const turn = turnFor(scenario, request) ?? over;
  const { think, say, calls } = filled(turn, scenario, request);
  const stream = request.stream !== false;
  const events: readonly ModelEvent[] = [
    ...(think ? piecesOf(think, stream).map((text) => ({ type: 'reasoning' as const, text })) : []),
    ...(say ? piecesOf(say, stream).map((text) => ({ type: 'text' as const, text })) : []),
    ...calls,
  ];
  if (turn.error && events.length === 0) throw new RusticError(turn.error);
  yield { type: 'start', model: 'scripted/scenario' };
  for (const event of events) {
    if (turn.delayMs) await wait(turn.delayMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return void (yield { type: 'finish', reason: 'aborted' });
    yield event;
  }
  if (turn.error) throw new RusticError(turn.error);
  if (turn.stop === 'cut') return;
  const usage = {
    inputTokens: tokensOf([request.messages, request.tools ?? []]),
    outputTokens: tokensOf([think, say, calls]),
    estimated: true,
  };
  yield { type: 'finish', reason: turn.stop ?? (calls.length > 0 ? 'tool_calls' : 'stop'), usage };
}
