import type { ModelWire } from '@rustic-ai/kernel/testing';

const sse = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const piece = (parts: readonly object[], finishReason?: string) =>
  sse({
    modelVersion: 'm-1',
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
  });
const refusal = (message: string, code: number) => JSON.stringify({ error: { code, message, status: 'X' } });

/** Source: Google, Gemini API reference, "Generating content", and the types of @google/generative-ai 0.24.1, 2026-11. */
export const wire: ModelWire = {
  contentType: 'text/event-stream',
  crlf: true,
  head: '',
  text: (text) => piece([{ text }]),
  halfCall: piece([{ functionCall: { name: 'fs_write', args: { path: 'x' } } }]),
  end: piece([{ text: '' }], 'STOP'),
  error: {
    event: sse({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    code: 'RUSTIC_MODEL_OVERLOADED',
  },
  refusal,
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
