import type { ModelWire } from '@rustic-ai/kernel/testing';
import type { Line } from '../src/lines.js';

export const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;
const refusal = (message: string, status: number, about?: string) =>
  JSON.stringify({ error: { status, message, about } });

/** How the vendor's answers look, line by line. */
export const wire: ModelWire = {
  contentType: 'application/x-ndjson',
  crlf: true,
  head: lineOf({ model: 'm-1' }),
  text: (text) => lineOf({ text }),
  halfCall: lineOf({ call: { id: 'c-1', name: 'fs_write', input: '{"path":"x"}' } }),
  end: lineOf({ end: 'stop', tokens: { in: 3, out: 2 } }),
  error: { event: lineOf({ error: { status: 503, message: 'Busy.' } }), code: 'RUSTIC_MODEL_OVERLOADED' },
  refusal,
  tooLong: { status: 400, body: refusal('The conversation is longer than 8000 tokens.', 400) },
  parameter: { status: 400, name: 'temperature', body: refusal('It must be at most 2.', 400, 'temperature') },
};
