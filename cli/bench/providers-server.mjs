// The vendors' wire formats for the benches, in a process of its own: prebuilt bytes, 20,000 small pieces, no state.
// Below /endless an answer never ends.
import { once } from 'node:events';
import { createServer } from 'node:http';

const pieces = Array.from({ length: 20_000 }, (_, index) => `t${index}`.padEnd(8, 'x').slice(0, 8));
const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const typed = (value) => `event: ${value.type}\n${data(value)}`;
const chat = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'bench' };
const choice = (delta, finish_reason = null) => data({ ...chat, choices: [{ index: 0, delta, finish_reason }] });
const response = { id: 'r1', object: 'response', model: 'bench', output: [] };
const usage = { input_tokens: 1, output_tokens: 1 };
const message = { id: 'm1', type: 'message', role: 'assistant', model: 'bench', content: [], stop_reason: null, usage };
const candidate = (text, more = {}) =>
  data({ modelVersion: 'bench', candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, ...more }] });
const line = (content, more) =>
  `${JSON.stringify({ model: 'bench', created_at: 'x', message: { role: 'assistant', content }, done: false, ...more })}\n`;

/** By path: what comes before the pieces, how one looks, and what ends the answer. */
const formats = {
  '/chat/completions': [
    choice({ role: 'assistant', content: '' }),
    (content) => choice({ content }),
    `${choice({}, 'stop')}data: [DONE]\n\n`,
  ],
  '/responses': [
    typed({ type: 'response.created', response: { ...response, status: 'in_progress' } }),
    (delta) => typed({ type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta }),
    typed({ type: 'response.completed', response: { ...response, status: 'completed' } }),
  ],
  '/messages': [
    typed({ type: 'message_start', message }) +
      typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    (text) => typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    typed({ type: 'content_block_stop', index: 0 }) +
      typed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }) +
      typed({ type: 'message_stop' }),
  ],
  ':streamGenerateContent': ['', (text) => candidate(text), candidate('', { finishReason: 'STOP' })],
  '/api/chat': ['', (content) => line(content), line('', { done: true, done_reason: 'stop' })],
};
const answers = Object.entries(formats).map(([path, [head, piece, end]]) => {
  const middle = pieces.map((text) => piece(text)).join('');
  return { path, head, middle: Buffer.from(middle), whole: Buffer.from(head + middle + end) };
});

/** As fast as it is read, until it is left. */
async function forEver(answer, { head, middle }) {
  answer.write(head);
  const left = once(answer, 'close');
  while (!answer.destroyed) if (!answer.write(middle)) await Promise.race([once(answer, 'drain'), left]);
}

const server = createServer((request, answer) => {
  request.resume().on('end', () => {
    const path = request.url.split('?')[0];
    const known = answers.find((one) => path.endsWith(one.path));
    const type = path.endsWith('/api/chat') ? 'application/x-ndjson' : 'text/event-stream';
    answer.writeHead(known ? 200 : 404, { 'content-type': type });
    if (known && path.startsWith('/endless')) void forEver(answer, known);
    else answer.end(known?.whole);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify(server.address())}\n`));
