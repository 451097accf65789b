import type { ModelWire } from '@rustic-ai/kernel/testing';
import { sse } from './model.js';

const head = { modelVersion: 'm-1', responseId: 'r1' };
const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 5, totalTokenCount: 11 };
const refusal = (message: string, code: number, details: readonly object[] = []) =>
  JSON.stringify({ error: { code, message, status: 'X', details } });

/** One piece with those parts; with a reason, the last one. */
export const piece = (parts: readonly object[], finishReason?: string) =>
  sse({
    ...head,
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
    ...(finishReason && { usageMetadata }),
  });

/** Source: a stream of the Gemini API as the types of @google/genai 3.1.0 and Google's AIP-193 have it, 2026-11. */
export const wire: ModelWire = {
  contentType: 'text/event-stream',
  crlf: true,
  head: '',
  text: (text) => piece([{ text }]),
  halfCall: piece([{ functionCall: { id: 'fc1', name: 'fs_write', args: { path: 'x' } } }]),
  end: piece([{ text: '' }], 'STOP'),
  error: {
    event: sse({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    code: 'RUSTIC_MODEL_OVERLOADED',
  },
  refusal: (message, status) => refusal(message, status),
  tooLong: {
    status: 400,
    body: refusal('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', 400),
  },
  parameter: {
    status: 400,
    name: 'generation_config.temperature',
    body: refusal("Invalid value at 'generation_config.temperature' (TYPE_FLOAT), 9", 400),
  },
};
