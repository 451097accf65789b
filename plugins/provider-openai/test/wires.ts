import type { ModelWire } from '@rustic-ai/kernel/testing';

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const typed = (data: { readonly type: string }) => `event: ${data.type}\n${event(data)}`;
const refusal = (message: string) => JSON.stringify({ error: { message, type: 'x', param: null, code: null } });
const error = (told: object) => JSON.stringify({ error: told });
/** Source: OpenAI API reference, "Error codes"; field by field the `ErrorObject` of openai 7.57.0, 2026-11. */
const words = {
  refusal,
  tooLong: {
    status: 400,
    body: error({
      message: "This model's maximum context length is 8192 tokens.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    }),
  },
  filtered: {
    status: 400,
    body: error({ message: 'The prompt was filtered.', type: 'invalid_request_error', code: 'content_filter' }),
  },
  parameter: {
    status: 400,
    name: 'temperature',
    body: error({
      message: "Unsupported value: 'temperature' does not support 0.9 with this model.",
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'unsupported_value',
    }),
  },
  crlf: true,
  contentType: 'text/event-stream',
} as const;

/** How both protocols look on the wire, answered by a model of that name. */
export function wiresOf(model: string): { readonly chat: ModelWire; readonly responses: ModelWire } {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_760_000_000, model };
  const chunk = (delta: object, reason: string | null = null) =>
    event({ ...head, choices: [{ index: 0, delta, finish_reason: reason }] });
  const called = { id: 'call_1', type: 'function', function: { name: 'fs_write', arguments: '{"path":"x"' } };
  /** Source: a stream of Chat Completions as the types of openai 7.57.0 have it, 2026-11. */
  const chat: ModelWire = {
    ...words,
    head: chunk({ role: 'assistant', content: '' }),
    text: (content) => chunk({ content }),
    halfCall: chunk({ tool_calls: [{ index: 0, ...called }] }),
    end: `${chunk({}, 'stop')}data: [DONE]\n\n`,
    error: {
      event: event({ error: { message: 'The server had an error.', type: 'server_error', code: null } }),
      code: 'RUSTIC_MODEL_OVERLOADED',
    },
  };

  const response = { id: 'resp_1', object: 'response', created_at: 1_760_000_000, model, output: [] };
  const item = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'fs_write', arguments: '' };
  /** Source: a stream of the Responses API as the types of openai 7.57.0 have it, 2026-11. */
  const responses: ModelWire = {
    ...words,
    head: typed({ type: 'response.created', ...{ response: { ...response, status: 'in_progress' } } }),
    text: (delta) =>
      typed({ type: 'response.output_text.delta', ...{ item_id: 'msg_1', output_index: 0, content_index: 0, delta } }),
    halfCall:
      typed({ type: 'response.output_item.added', ...{ output_index: 1, item } }) +
      typed({
        type: 'response.function_call_arguments.delta',
        ...{ item_id: 'fc_1', output_index: 1, delta: '{"path":"x"' },
      }),
    end: typed({ type: 'response.completed', ...{ response: { ...response, status: 'completed' } } }),
    error: {
      event: typed({ type: 'error', ...{ code: 'server_error', message: 'The server had an error.', param: null } }),
      code: 'RUSTIC_MODEL_OVERLOADED',
    },
  };
  return { chat, responses };
}
