import type { ModelWire } from '@rustic-ai/kernel/testing';
import { sse } from './model.js';

const usage = { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 2, cache_creation_input_tokens: 1 };
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm-1',
  content: [],
  stop_reason: null,
  usage,
};
const refusal = (text: string, type = 'invalid_request_error') =>
  JSON.stringify({ type: 'error', error: { type, message: text }, request_id: 'req_1' });

export const start = sse({ type: 'message_start', message });
export const block = (index: number, content_block: object, ...deltas: readonly object[]) =>
  sse({ type: 'content_block_start', index, content_block }) +
  deltas.map((delta) => sse({ type: 'content_block_delta', index, delta })).join('') +
  sse({ type: 'content_block_stop', index });
export const end = (reason: string) =>
  sse({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 9 } }) +
  sse({ type: 'message_stop' });

/** Source: a stream of the Messages API as the types of @anthropic-ai/sdk 1.12.0 and its "Streaming" page have it, 2026-11. */
export const wire: ModelWire = {
  contentType: 'text/event-stream',
  crlf: true,
  head:
    start +
    sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
    sse({ type: 'ping' }),
  text: (text) => sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  halfCall:
    sse({ type: 'content_block_stop', index: 0 }) +
    sse({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'fs_write', input: {} },
    }) +
    sse({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '{"path":"x"' },
    }),
  end: sse({ type: 'content_block_stop', index: 0 }) + end('end_turn'),
  error: {
    event: sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    code: 'RUSTIC_MODEL_OVERLOADED',
  },
  refusal: (text, status) => refusal(text, status === 400 ? 'invalid_request_error' : 'x'),
  tooLong: { status: 400, body: refusal('prompt is too long: 250000 tokens > 200000 maximum') },
  filtered: { status: 400, body: refusal('Output blocked by content filtering policy') },
  parameter: { status: 400, body: refusal('temperature: range: 0..1'), name: 'temperature' },
};
