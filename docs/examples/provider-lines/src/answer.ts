import { modelError, type ModelEvent, toolInput, type VendorAnswer, VendorRefusal } from '@rustic-ai/kernel/contracts';
import type { Line } from './lines.js';

/** Reads an answer, line by line. Shape: `start` with the first line that says something; calls when all of it is there. */
export function createAnswer(pieces: AsyncIterable<Line>): VendorAnswer<Line> {
  const calls: ModelEvent[] = [];
  let model = '';
  let started = false;
  let last: Line = {};
  const start = (): ModelEvent[] => {
    const begins: ModelEvent[] = started ? [] : [{ type: 'start', model }];
    started = true;
    return begins;
  };
  return {
    pieces,
    read(line) {
      last = line;
      const { text, call, error } = line;
      if (error) throw new VendorRefusal(error.status, new Headers(), line);
      model = line.model ?? model;
      if (call) calls.push({ type: 'tool_call', id: call.id, name: call.name, input: toolInput(call.input) });
      return text ? [...start(), { type: 'text', text }] : [];
    },
    *end() {
      if (!model) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it names no model' });
      if (!last.end) throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
      yield* start();
      yield* calls;
      const { in: inputTokens = 0, out: outputTokens = 0 } = last.tokens ?? {};
      const reason = calls.length > 0 ? 'tool_calls' : last.end;
      yield { type: 'finish', reason, usage: { inputTokens, outputTokens } };
    },
  };
}
