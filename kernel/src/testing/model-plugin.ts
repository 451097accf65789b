import type { ModelEvent, ModelRequest } from '../contracts/index.js';
import type { AnyPlugin, Manifest } from '../manifest.js';

/** One reply of a scripted model: its events, or what makes them from the request. `start` and `finish` are added. */
export type ScriptedReply =
  | readonly ModelEvent[]
  | ((request: ModelRequest, signal: AbortSignal) => readonly ModelEvent[] | AsyncIterable<ModelEvent>);

export interface ScriptedModel {
  readonly plugin: AnyPlugin;
  /** Every request so far. */
  readonly requests: readonly ModelRequest[];
}

const manifest: Manifest = {
  apiVersion: 1,
  id: 'provider-test',
  contributes: { model: { 'test/scripted': { summary: 'Answers from a list' } } },
};

/** A model that gives the replies in turn; after the last it says "done". */
export function scriptedModel(replies: readonly ScriptedReply[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  async function* run(request: ModelRequest, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<ModelEvent> {
    requests.push(request);
    const reply = replies[requests.length - 1] ?? [{ type: 'text', text: 'done' }];
    yield { type: 'start', model: 'test/scripted' };
    let calls = 0;
    for await (const event of typeof reply === 'function' ? reply(request, signal) : reply) {
      yield event;
      if (event.type === 'tool_call') calls++;
      if (event.type === 'finish') return;
    }
    const usage = { inputTokens: 10, outputTokens: 5 };
    yield { type: 'finish', reason: calls > 0 ? 'tool_calls' : 'stop', usage };
  }
  const plugin: AnyPlugin = {
    manifest: async () => ({ default: manifest }),
    setup: () => ({ model: { 'test/scripted': { run } } }),
  };
  return { plugin, requests };
}
