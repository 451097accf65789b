import { setTimeout as wait } from 'node:timers/promises';
import { createErrors, definePlugin } from '@rustic-ai/kernel';
import { modelError, type ModelEvent, type ModelRequest, refuseIncapable } from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { createTestKernel, describeModel, modelSuite, type ModelSubject } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';

type Run = (request: ModelRequest, call: { readonly signal: AbortSignal }) => AsyncIterable<ModelEvent>;

const fail = createErrors({ RUSTIC_TEST_FAILS: { severity: 'error', message: 'It fails.', fix: 'Nothing helps.' } });
const manifest = defineManifest({
  id: 'provider-twin',
  contributes: {
    model: { twin: { summary: 'A twin', facts: { capabilities: ['temperature', 'images', 'reasoning', 'tools'] } } },
  },
});
const ask = (text: string): ModelRequest => ({
  model: 'twin',
  purpose: 'turn',
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
});
const wantOf = ({ messages: [message] }: ModelRequest) => {
  const part = message?.parts[0];
  return part?.type === 'text' ? part.text : '';
};
const finish = { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } } as const;

const good: Run = async function* (request, { signal }) {
  const want = wantOf(request);
  refuseIncapable(request, ['temperature', 'images', 'reasoning', 'tools']);
  if (want === 'fail') throw fail('RUSTIC_TEST_FAILS', {});
  yield { type: 'start', model: 'twin' };
  if (request.countTokens)
    return void (yield { type: 'finish', reason: 'stop', usage: { inputTokens: 3, outputTokens: 0 } });
  if (want === 'think') {
    yield { type: 'reasoning', text: 'hm' };
    yield { type: 'reasoning', text: '', vendor: { twin: 'signed' } };
    const back = request.messages.flatMap(({ parts }) => parts).find(({ type }) => type === 'reasoning');
    const understood =
      request.messages.length === 1 || (back?.type === 'reasoning' && back.text === 'hm' && back.vendor);
    if (!understood) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it forgot' });
  }
  if (want === 'call') {
    yield { type: 'tool_call', id: 'one', name: 'fs_read', input: { path: 'a' } };
    yield { type: 'tool_call', id: 'two', name: 'fs_read', input: { path: 'b' } };
    return void (yield { type: 'finish', reason: 'tool_calls' });
  }
  if (want === 'slow') await wait(600_000, undefined, { signal });
  for (const text of request.stream === false ? ['a b c'] : ['a ', 'b ', 'c']) yield { type: 'text', text };
  yield finish;
};
const changed = (change: (event: ModelEvent) => ModelEvent): Run =>
  async function* (request, call) {
    for await (const event of good(request, call)) yield change(event);
  };
const shared: string[] = [];

/** One provider per rule that breaks exactly what the rule is about. */
const twins: Record<string, Run> = {
  start: changed((event) => (event.type === 'start' ? { ...event, model: '' } : event)),
  finish: async function* (request, call) {
    for await (const event of good(request, call)) if (event.type !== 'finish') yield event;
  },
  text: async function* (request, call) {
    for await (const event of good(request, call)) {
      yield event.type === 'text' ? { type: 'text', text: '' } : event;
    }
  },
  stream: (request, call) =>
    changed((event) =>
      event.type === 'text' && request.stream === false ? { ...event, text: `${event.text}\n` } : event,
    )(request, call),
  'tool-calls': changed((event) => (event.type === 'tool_call' ? { ...event, id: 'same' } : event)),
  usage: changed((event) =>
    event.type === 'finish' ? { ...event, usage: { inputTokens: 1, outputTokens: 1.5 } } : event,
  ),
  json: changed((event) => (event.type === 'text' ? { ...event, vendor: { at: new Date(0) as never } } : event)),
  abort: (request) => good(request, { signal: new AbortController().signal }),
  leave: (request) => {
    const events = good(request, { signal: new AbortController().signal })[Symbol.asyncIterator]();
    return { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) };
  },
  failure: async function* (request, call) {
    if (wantOf(request) === 'fail') yield { type: 'start', model: 'twin' };
    yield* good(request, call);
  },
  capabilities: (request, call) => good({ ...request, temperature: 1, seed: undefined } as never, call),
  reasoning: changed((event) => (event.type === 'reasoning' ? { type: 'reasoning', text: event.text } : event)),
  count: (request, call) => good({ ...request, countTokens: undefined } as never, call),
  apart: async function* (request, call) {
    shared.length = 0;
    for await (const event of good(request, call)) {
      if (event.type === 'text') shared.push(event.text);
      if (event.type !== 'finish') continue;
      yield { type: 'start', model: 'twin' };
      if (shared.length > 0) yield { type: 'text', text: shared.join('') };
      yield event;
    }
  },
};

/** A provider that runs `run`, in a kernel whose closing waits until every run of it is over. */
function subjectOf(run: Run): ModelSubject {
  return {
    text: ask('say'),
    tools: ask('call'),
    slow: ask('slow'),
    reasoning: ask('think'),
    count: ask('say'),
    failing: { request: ask('fail'), code: 'RUSTIC_TEST_FAILS' },
    async open() {
      const over: Promise<void>[] = [];
      const plugin = definePlugin<typeof manifest>({
        manifest: async () => ({ default: manifest }),
        setup: () => ({
          model: {
            twin: {
              run(request, call) {
                const events = run(request, call)[Symbol.asyncIterator]();
                const { promise, resolve } = Promise.withResolvers<void>();
                over.push(promise);
                const watch = async (step: Promise<IteratorResult<ModelEvent>>) => {
                  try {
                    const { done } = await step;
                    if (done) resolve();
                  } catch {
                    resolve();
                  }
                  return step;
                };
                return {
                  [Symbol.asyncIterator]: () => ({
                    next: () => watch(events.next()),
                    ...(events.return && { return: () => watch(events.return?.() ?? events.next()) }),
                  }),
                };
              },
            },
          },
        }),
      });
      const kernel = await createTestKernel({ plugins: [plugin] });
      const close = async () => {
        await kernel.dispose();
        await Promise.all(over);
      };
      return { handle: kernel.use('model').get('twin'), close };
    },
  };
}

describeModel(subjectOf(good), { describe, it });

describe('the rules of the model suite', () => {
  for (const rule of modelSuite)
    it(`notices a provider that breaks "${rule.id}"`, async () => {
      const twin = twins[rule.id];
      if (!twin) throw new Error(`"${rule.id}" has no twin`);
      await expect(Promise.resolve(rule.run(subjectOf(twin)))).rejects.toThrow();
    });

  it('are left out where the subject has no request for them', () => {
    const { text, open } = subjectOf(good);
    const names: string[] = [];
    describeModel(
      { text, open },
      { describe: (_, body) => body(), it: (name) => names.push(name.split(':')[0] ?? '') },
    );
    expect(names).toEqual(['start', 'finish', 'text', 'stream', 'usage', 'json', 'leave', 'capabilities', 'apart']);
  });

  it('fail with a reason when such a request is missing', async () => {
    const { text, open } = subjectOf(good);
    const rule = modelSuite.find(({ id }) => id === 'abort');
    await expect(Promise.resolve(rule?.run({ text, open }))).rejects.toThrow('no "slow" request');
  });

  it('take a coded failure after the start for none', async () => {
    const late: Run = async function* () {
      yield { type: 'start', model: 'twin' };
      throw modelError('RUSTIC_MODEL_IDLE', { limitMs: 1 });
    };
    const rule = modelSuite.find(({ id }) => id === 'finish');
    await expect(Promise.resolve(rule?.run(subjectOf(late)))).rejects.toThrow('the reason is "error"');
  });
});
