import type { GenerateContentResponse, Part } from '@google/genai/web';
import { type Json, modelError, type ModelEvent, type Usage, type VendorAnswer } from '@rustic-ai/kernel/contracts';
import { idOf, vendorOf } from './reasoning.js';

type Reason = Extract<ModelEvent, { type: 'finish' }>['reason'];
/** Source: `FinishReason` of @google/genai 3.1.0. */
const filters =
  /^(SAFETY|RECITATION|LANGUAGE|BLOCKLIST|PROHIBITED_CONTENT|SPII|IMAGE_(SAFETY|PROHIBITED_CONTENT|RECITATION|OTHER))$/;
const reasonOf = (said: string, calls: number): Reason => {
  if (filters.test(said)) return 'content_filter';
  if (said === 'MAX_TOKENS') return 'length';
  return calls > 0 ? 'tool_calls' : 'stop';
};
/** The model wrote something that was to be a call and is none. */
const broken = ['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'MISSING_THOUGHT_SIGNATURE'];
const nothing: readonly ModelEvent[] = [];

/**
 * Reads an answer, piece by piece; a whole one is one piece.
 *
 * Shape: tool calls are delivered by `end`, when the answer is known to be whole. Signatures stay with their calls;
 *   those of text come as reasoning without text.
 */
export function createAnswer(
  pieces: AsyncIterable<GenerateContentResponse> | Iterable<GenerateContentResponse>,
  model: string,
): VendorAnswer<GenerateContentResponse> {
  const held: ModelEvent[] = [];
  let first: GenerateContentResponse | undefined;
  let usage: GenerateContentResponse['usageMetadata'];
  let reason: string | undefined;
  let started = false;
  let calls = 0;
  const start = (): ModelEvent => {
    started = true;
    return { type: 'start', model: first?.modelVersion ?? model, ...(first?.responseId && { id: first.responseId }) };
  };
  const eventsOf = (part: Part): readonly ModelEvent[] => {
    const { text, thought, thoughtSignature, functionCall } = part;
    const kept = thoughtSignature ? { thoughtSignature, ...(thought && { thought: true as const }) } : {};
    if (functionCall) {
      calls++;
      const { name = '', args = {} } = functionCall;
      held.push({ type: 'tool_call', id: idOf(functionCall.id), name, input: args as Json, ...vendorOf(kept) });
      return nothing;
    }
    if (text === undefined) return nothing;
    if (!thoughtSignature && text) return [{ type: thought ? 'reasoning' : 'text', text }];
    const said: ModelEvent[] = text ? [{ type: thought ? 'reasoning' : 'text', text }] : [];
    if (!thoughtSignature) return said;
    const signature: ModelEvent = { type: 'reasoning', text: '', ...vendorOf(kept) };
    if (held.length === 0) return [...said, signature];
    held.push(signature);
    return said;
  };
  return {
    pieces,
    read(piece) {
      first ??= piece;
      usage = piece.usageMetadata ?? usage;
      const { blockReason, blockReasonMessage } = piece.promptFeedback ?? {};
      if (blockReason) {
        const said = blockReasonMessage ?? `the prompt, for ${blockReason}`;
        throw modelError('RUSTIC_MODEL_CONTENT_FILTERED', { model, reason: said });
      }
      const candidate = piece.candidates?.[0];
      reason = candidate?.finishReason ?? reason;
      const parts = candidate?.content?.parts;
      if (!parts) return nothing;
      const [only] = parts;
      const events = parts.length === 1 && only ? eventsOf(only) : parts.flatMap(eventsOf);
      return started || events.length === 0 ? events : [start(), ...events];
    },
    *end() {
      if (!first) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no event' });
      if (!reason) {
        const odd = !started && !usage && !first.responseId;
        if (odd) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it has no candidate' });
        throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      }
      if (broken.includes(reason))
        throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: `the model failed to call a tool: ${reason}` });
      if (!started) yield start();
      yield* held;
      const counted = usageOf(usage);
      yield { type: 'finish', reason: reasonOf(reason, calls), ...(counted && { usage: counted }) };
    },
  };
}

/** The vendor counts thoughts apart from the rest of its output. */
function usageOf(counts: GenerateContentResponse['usageMetadata']): Usage | undefined {
  if (!counts) return undefined;
  const { promptTokenCount = 0, candidatesTokenCount = 0, thoughtsTokenCount, cachedContentTokenCount } = counts;
  return {
    inputTokens: promptTokenCount,
    outputTokens: candidatesTokenCount + (thoughtsTokenCount ?? 0),
    ...(cachedContentTokenCount !== undefined && { cachedInputTokens: cachedContentTokenCount }),
    ...(thoughtsTokenCount !== undefined && { reasoningTokens: thoughtsTokenCount }),
  };
}
