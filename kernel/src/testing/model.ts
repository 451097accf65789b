import { strict as assert } from 'node:assert';
import type { Handle } from '../capability.js';
import type { Message } from '../contracts/content.js';
import type { ModelRequest } from '../contracts/model.js';
import { modelCapabilities, type ModelCapability } from '../contracts/model-capabilities.js';
import type { ModelEvent } from '../contracts/model-event.js';
import { partsOf } from '../contracts/model-parts.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What the suite needs of a provider: its model, held through a kernel, and requests whose answers are alike each time. */
export interface ModelSubject {
  /** `close` resolves once nothing of the provider runs any more, its connections included. */
  open(): Promise<{ readonly handle: Handle<'model'>; close(): Promise<void> }>;
  /** Answered with text. */
  readonly text: ModelRequest;
  /** Answered with at least one tool call. */
  readonly tools?: ModelRequest;
  /** Begins to answer and goes on until it is cancelled. */
  readonly slow?: ModelRequest;
  /**
   * Answered with reasoning that the vendor wants back. The same messages, the answer and one more are answered well only
   * when it comes back unchanged.
   */
  readonly reasoning?: ModelRequest;
  /** Has tokens to count. */
  readonly count?: ModelRequest;
  /** Fails before `start`, with this code. */
  readonly failing?: { readonly request: ModelRequest; readonly code: string };
}
/** `needs`: the rule can only be run on a subject that has this request. */
export interface ModelRule extends Rule<ModelSubject> {
  readonly needs?: 'tools' | 'slow' | 'failing' | 'reasoning' | 'count';
}
type Of<Type extends ModelEvent['type']> = ModelEvent & { readonly type: Type };

const limitMs = 2_000;
async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} took over ${limitMs} ms` })),
      limitMs,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
async function collect(events: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
const of = <Type extends ModelEvent['type']>(events: readonly ModelEvent[], type: Type): readonly Of<Type>[] =>
  events.filter((event): event is Of<Type> => event.type === type);
const said = (events: readonly ModelEvent[]) =>
  of(events, 'text')
    .map(({ text }) => text)
    .join('');
const called = (events: readonly ModelEvent[]) => of(events, 'tool_call').map(({ name, input }) => ({ name, input }));

const rule = (
  id: string,
  says: string,
  check: (handle: Handle<'model'>, subject: ModelSubject) => Promise<void>,
  needs?: ModelRule['needs'],
): ModelRule => ({
  id,
  says,
  ...(needs && { needs }),
  async run(subject) {
    const { handle, close } = await subject.open();
    try {
      await check(handle, subject);
    } finally {
      await soon(close(), 'closing');
    }
  },
});
function need<Name extends NonNullable<ModelRule['needs']>>(subject: ModelSubject, name: Name) {
  const request = subject[name];
  assert.ok(request, `the subject has no "${name}" request`);
  return request as NonNullable<ModelSubject[Name]>;
}
/** The whole answers to every request of the subject that has one. */
const answers = (handle: Handle<'model'>, { text, tools }: ModelSubject) =>
  Promise.all([text, ...(tools ? [tools] : [])].map((request) => collect(handle.invoke(request))));

const probes: Readonly<Record<Exclude<ModelCapability, 'images'>, Partial<ModelRequest>>> = {
  tools: { tools: [{ name: 'noop', description: 'Does nothing', input: { type: 'object', properties: {} } }] },
  toolChoice: { toolChoice: 'required' },
  parallelToolCalls: { parallelToolCalls: true },
  output: { output: { schema: { type: 'object', properties: {}, additionalProperties: false } } },
  maxTokens: { maxTokens: 2_000 },
  temperature: { temperature: 1 },
  topP: { topP: 0.9 },
  topK: { topK: 40 },
  stop: { stop: ['END'] },
  seed: { seed: 7 },
  presencePenalty: { presencePenalty: 0.1 },
  frequencyPenalty: { frequencyPenalty: 0.1 },
  reasoning: { reasoning: { effort: 'low' } },
};
/** A picture of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';
/** The request, with one thing more that `name` is about. */
function probing(request: ModelRequest, name: ModelCapability): ModelRequest {
  if (name !== 'images') return { ...request, ...probes[name] };
  const [last, ...before] = request.messages.toReversed();
  const image = { type: 'image', mediaType: 'image/png', data: pixel } as const;
  const seen: Message = { role: 'user', parts: [image, ...(last?.parts ?? [])] };
  return { ...request, messages: [...before.toReversed(), seen] };
}

/** What `ModelEvent` promises of every provider, rule by rule. */
export const modelSuite: readonly ModelRule[] = [
  rule('start', 'one start, before everything else', async (handle, subject) => {
    for (const events of await answers(handle, subject)) {
      assert.equal(of(events, 'start').length, 1);
      const [first] = events;
      assert.ok(first?.type === 'start' && typeof first.model === 'string' && first.model !== '');
    }
  }),
  rule('finish', 'one finish, after everything else, with a good reason', async (handle, subject) => {
    for (const events of await answers(handle, subject)) {
      assert.equal(of(events, 'finish').length, 1);
      const last = events.at(-1);
      assert.ok(last?.type === 'finish');
      assert.ok(['stop', 'length', 'tool_calls'].includes(last.reason), `the reason is "${last.reason}"`);
    }
  }),
  rule('text', 'text comes in pieces that are not empty', async (handle, { text }) => {
    const pieces = of(await collect(handle.invoke(text)), 'text');
    assert.ok(pieces.length > 0, 'there is no text');
    for (const piece of pieces) assert.ok(typeof piece.text === 'string' && piece.text !== '', 'a piece is empty');
  }),
  rule('stream', 'the same text, streamed or in one piece', async (handle, { text }) => {
    const streamed = await collect(handle.invoke({ ...text, stream: true }));
    const whole = await collect(handle.invoke({ ...text, stream: false }));
    assert.notEqual(said(streamed), '');
    assert.equal(said(whole), said(streamed));
  }),
  rule(
    'tool-calls',
    'tool calls are whole: own ids, objects as inputs, and the finish says so',
    async (handle, subject) => {
      const events = await collect(handle.invoke(need(subject, 'tools')));
      const calls = of(events, 'tool_call');
      assert.ok(calls.length > 0, 'there is no tool call');
      for (const { id, name, input } of calls) {
        assert.ok(typeof id === 'string' && id !== '' && typeof name === 'string' && name !== '');
        assert.ok(typeof input === 'object' && input !== null && !Array.isArray(input), 'an input is no object');
      }
      assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length, 'two calls have the same id');
      assert.equal(of(events, 'finish')[0]?.reason, 'tool_calls');
    },
    'tools',
  ),
  rule('usage', 'usage, where it is told, counts in whole tokens', async (handle, subject) => {
    for (const events of await answers(handle, subject)) {
      const { usage } = of(events, 'finish')[0] ?? {};
      if (!usage) continue;
      const { inputTokens, outputTokens, costUsd, estimated, ...more } = usage;
      for (const [name, count] of Object.entries({ inputTokens, outputTokens, ...more }))
        assert.ok(count === undefined || (Number.isInteger(count) && count >= 0), `${name} is ${count}`);
      assert.ok(costUsd === undefined || (Number.isFinite(costUsd) && costUsd > 0), `costUsd is ${costUsd}`);
      assert.ok(estimated === undefined || typeof estimated === 'boolean');
    }
  }),
  rule('json', 'every event is plain JSON', async (handle, subject) => {
    for (const events of await answers(handle, subject))
      for (const event of events) assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  }),
  rule(
    'abort',
    'a cancelled answer finishes as aborted within 2 s, says nothing after that, and leaves nothing running',
    async (handle, subject) => {
      const controller = new AbortController();
      const { signal } = controller;
      const events: ModelEvent[] = [];
      const run = async () => {
        for await (const event of handle.invoke(need(subject, 'slow'), undefined, { signal })) {
          events.push(event);
          if (event.type === 'start') controller.abort();
        }
      };
      await soon(run(), 'cancelling');
      const last = events.at(-1);
      assert.ok(last?.type === 'finish' && last.reason === 'aborted', `it ends with ${JSON.stringify(last)}`);
      assert.equal(of(events, 'finish').length, 1);
    },
    'slow',
  ),
  rule('leave', 'whoever stops listening is not held up, and leaves nothing running', async (handle, subject) => {
    const leave = async () => {
      for await (const event of handle.invoke(subject.slow ?? subject.text)) if (event.type === 'start') break;
    };
    await soon(leave(), 'leaving');
  }),
  rule(
    'failure',
    'a failure before the start is thrown with its code, and nothing else comes',
    async (handle, subject) => {
      const { request, code } = need(subject, 'failing');
      const events: ModelEvent[] = [];
      const run = async () => {
        for await (const event of handle.invoke(request)) events.push(event);
      };
      await assert.rejects(run(), (error: { readonly code?: unknown }) => {
        assert.equal(error.code, code);
        return true;
      });
      assert.deepEqual(events, []);
    },
    'failing',
  ),
  rule('capabilities', 'what it says it takes it takes, and what it does not it names', async (handle, { text }) => {
    const capabilities = handle.declaration.facts?.capabilities as readonly ModelCapability[] | undefined;
    if (!capabilities) return;
    for (const name of capabilities) assert.ok(modelCapabilities.includes(name), `"${name}" is no capability`);
    for (const name of modelCapabilities) {
      const asked = collect(handle.invoke(probing(text, name)));
      if (capabilities.includes(name)) {
        const { reason, error } = of(await asked, 'finish')[0] ?? {};
        assert.equal(reason, 'stop', `${name}: ${error?.message ?? ''}`);
      } else
        await assert.rejects(asked, (error: { readonly code?: unknown; readonly details?: unknown }) => {
          assert.equal(error.code, 'RUSTIC_MODEL_INVALID_REQUEST', name);
          assert.equal((error.details as { readonly parameter?: unknown } | undefined)?.parameter, name);
          return true;
        });
    }
  }),
  rule(
    'reasoning',
    'reasoning holds what its vendor wants back, and giving it back is understood',
    async (handle, subject) => {
      const request = need(subject, 'reasoning');
      const parts = partsOf(await collect(handle.invoke(request)));
      const kept = parts.some((part) => part.type === 'reasoning' && part.vendor !== undefined);
      assert.ok(
        kept || parts.some((part) => part.type === 'tool_call' && part.vendor !== undefined),
        'nothing is kept',
      );
      const results: Message = {
        role: 'tool',
        parts: parts.flatMap((part) =>
          part.type === 'tool_call'
            ? [{ type: 'tool_result', id: part.id, output: [{ type: 'text', text: 'done' }] } as const]
            : [],
        ),
      };
      const more: Message =
        results.parts.length > 0 ? results : { role: 'user', parts: [{ type: 'text', text: 'go on' }] };
      const messages: readonly Message[] = [...request.messages, { role: 'assistant', parts }, more];
      const last = (await collect(handle.invoke({ ...request, messages }))).at(-1);
      assert.ok(last?.type === 'finish' && last.reason !== 'error', `it ends with ${JSON.stringify(last)}`);
    },
    'reasoning',
  ),
  rule(
    'count',
    'counting tokens counts them and answers nothing',
    async (handle, subject) => {
      const events = await collect(handle.invoke({ ...need(subject, 'count'), countTokens: true }));
      assert.deepEqual(
        events.map(({ type }) => type),
        ['start', 'finish'],
      );
      const { usage } = of(events, 'finish')[0] ?? {};
      assert.ok(usage && Number.isInteger(usage.inputTokens) && usage.inputTokens > 0, 'there is no count');
      assert.equal(usage.outputTokens, 0);
    },
    'count',
  ),
  rule('apart', 'requests at the same time do not mix', async (handle, subject) => {
    const { text, tools = text } = subject;
    const alone = await collect(handle.invoke(text));
    const aloneWithTools = await collect(handle.invoke(tools));
    const [first, second, third] = await Promise.all(
      [text, tools, text].map((request) => collect(handle.invoke(request))),
    );
    assert.equal(said(first ?? []), said(alone));
    assert.equal(said(third ?? []), said(alone));
    assert.equal(said(second ?? []), said(aloneWithTools));
    assert.deepEqual(called(second ?? []), called(aloneWithTools));
  }),
];

/** Registers the rules the subject has the requests for: `describeModel(subject, { describe, it })`. */
export const describeModel = (subject: ModelSubject, runner: Runner): void =>
  describeSuite('model', modelSuite, subject, runner);
