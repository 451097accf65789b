// A model server for the benches, in its own process: Chat Completions, whole and streamed, prebuilt bytes, no state.
// The behaviour is in the name of the model: `k50` asks for 50 tool calls first, `n20000` answers in 20,000 pieces.
import { createServer } from 'node:http';

const number = (model, letter, fallback) => Number(new RegExp(`\\b${letter}(\\d+)\\b`).exec(model)?.[1] ?? fallback);
const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'bench' };
const line = (delta, reason = null) =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const closing = (reason) =>
  `${line({}, reason)}data: ${JSON.stringify({ ...head, choices: [], usage })}\n\ndata: [DONE]\n\n`;
const streams = new Map();

const streamed = (pieces) => {
  if (!streams.has(pieces)) {
    const text = Array.from({ length: pieces }, (_, index) =>
      line({ content: `t${index}`.padEnd(8, 'x').slice(0, 8) }),
    );
    streams.set(pieces, Buffer.from(line({ role: 'assistant' }) + text.join('') + closing('stop')));
  }
  return streams.get(pieces);
};

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { model, messages, stream } = JSON.parse(Buffer.concat(parts).toString());
    const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
    const turn = since.filter(({ role }) => role === 'tool').length;
    const calling = turn < number(model, 'k', 0);
    const called = { id: `call_${turn}`, type: 'function', function: { name: 'noop', arguments: `{"i":${turn}}` } };
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (calling) response.end(line({ tool_calls: [{ index: 0, ...called }] }) + closing('tool_calls'));
      else response.end(streamed(number(model, 'n', 20)));
    } else {
      const message = calling
        ? { role: 'assistant', content: null, tool_calls: [called] }
        : { role: 'assistant', content: 'done t19' };
      const choice = { index: 0, message, finish_reason: calling ? 'tool_calls' : 'stop' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [choice], usage }));
    }
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify(server.address())}\n`));
