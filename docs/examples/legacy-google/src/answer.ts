import { randomUUID } from 'node:crypto';
import type { GenerateContentResponse, UsageMetadata } from '@google/generative-ai';
import { type Json, modelError, type ModelEvent, type Usage, type VendorAnswer } from '@rustic-ai/kernel/contracts';

type Called = ModelEvent & { readonly type: 'tool_call' };
/** Servers send these; the types do not know them. */
type Signed = { readonly thought?: boolean; readonly thoughtSignature?: string };
type Failed = { readonly error?: { readonly code: number; readonly message: string } };
/** Source: Google, Gemini API reference, `FinishReason`, 2026-11. */
const filtered = ['SAFETY', 'RECITATION', 'LANGUAGE', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'];

/**
 * Reads an answer, piece by piece; a whole one is one piece.
 *
 * Shape: `start` with the first words; tool calls and `finish` only from `end`, when the answer is known to be whole.
 */
export function createAnswer(
  pieces: AsyncIterable<GenerateContentResponse> | Iterable<GenerateContentResponse>,
): VendorAnswer<GenerateContentResponse> {
  const calls: Called[] = [];
  let last: GenerateContentResponse | undefined;
  let reason: string | undefined;
  let started = false;
  const start = (): ModelEvent[] => {
    const begins: ModelEvent[] = started ? [] : [{ type: 'start', model: modelOf(last) }];
    started = true;
    return begins;
  };
  return {
    pieces,
    read(piece) {
      // An error in the middle of a stream is a piece like any other to this SDK.
      const { error } = piece as Failed;
      if (error) throw Object.assign(new Error(error.message), { status: error.code });
      last = piece;
      const [candidate] = piece.candidates ?? [];
      reason = candidate?.finishReason ?? reason;
      const said: ModelEvent[] = [];
      for (const part of candidate?.content?.parts ?? []) {
        const { thought, thoughtSignature } = part as Signed;
        if (part.functionCall) {
          const { name, args } = part.functionCall;
          const vendor = thoughtSignature && { vendor: { thoughtSignature } };
          calls.push({ type: 'tool_call', id: `call_${randomUUID()}`, name, input: args as Json, ...vendor });
        } else if (part.text) said.push({ type: thought ? 'reasoning' : 'text', text: part.text });
      }
      return said.length > 0 ? [...start(), ...said] : said;
    },
    *end() {
      if (!last?.candidates) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it has no candidate' });
      // This SDK takes any end for a good one.
      if (!reason) throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      yield* start();
      yield* calls;
      yield { type: 'finish', reason: finishOf(reason, calls.length), ...usageOf(last.usageMetadata) };
    },
  };
}

const modelOf = (piece: GenerateContentResponse | undefined): string =>
  (piece as { readonly modelVersion?: string } | undefined)?.modelVersion ?? 'gemini';

function finishOf(reason: string, calls: number) {
  if (reason === 'MAX_TOKENS') return 'length';
  if (filtered.includes(reason)) return 'content_filter';
  return calls > 0 ? 'tool_calls' : 'stop';
}

function usageOf(counts: UsageMetadata | undefined): { readonly usage?: Usage } {
  if (!counts) return {};
  const { promptTokenCount, candidatesTokenCount = 0, cachedContentTokenCount: cached } = counts;
  const usage = { inputTokens: promptTokenCount, outputTokens: candidatesTokenCount };
  return { usage: cached === undefined ? usage : { ...usage, cachedInputTokens: cached } };
}
