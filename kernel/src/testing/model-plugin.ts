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

/**
 * A model that gives the replies in turn; after the last it says "done".
 *
 * Shape: the model `test/<name>` of the plugin `provider-test`; another name is of a plugin of its own.
 */
export function scriptedModel(replies: readonly ScriptedReply[], name = 'scripted'): ScriptedModel {
  const model = `test/${name}`;
  const manifest: Manifest = {
    apiVersion: 1,
    id: name === 'scripted' ? 'provider-test' : `provider-test-${name}`,
    contributes: { model: { [model]: { summary: 'Answers from a list' } } },
  };
  const requests: ModelRequest[] = [];
  async function* run(request: ModelRequest, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<ModelEvent> {
    requests.push(request);
    const reply = replies[requests.length - 1] ?? [{ type: 'text', text: 'done' }];
    yield { type: 'start', model };
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
    setup: () => ({ model: { [model]: { run } } }),
  };
  return { plugin, requests };
}
