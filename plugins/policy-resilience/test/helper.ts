import { type AnyPlugin, type Call, definePlugin } from '@rustic-ai/kernel';
import type { Breaker, CallRetried, ModelEvent, ModelRequest, ToolResult } from '@rustic-ai/kernel/contracts';
import { modelError } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { collect, createTestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import resilience from '@rustic-ai/plugin-policy-resilience';
import { onTestFinished } from 'vitest';

/** What a model does when it is asked for the nth time, from 1. Throws, or gives the events between start and finish. */
export type Answers = (time: number, signal: AbortSignal) => readonly ModelEvent[] | Promise<readonly ModelEvent[]>;
type Work = (time: number, signal: AbortSignal) => string | Promise<string>;

const names = ['x/a', 'x/b', 'x/c'] as const;
const summary = 'For the tests';
const safe = { kind: 'read', idempotent: true, openWorld: false } as const;
const unsafe = { kind: 'read', idempotent: false, openWorld: false } as const;
const manifest = defineManifest({
  id: 'flaky',
  contributes: {
    model: { 'x/a': { summary }, 'x/b': { summary }, 'x/c': { summary } },
    tool: {
      again: { summary, input: Type.Object({}), effects: safe },
      other: { summary, input: Type.Object({}), effects: safe },
      once: { summary, input: Type.Object({}), effects: unsafe },
    },
    'workflow.step': { step: { summary, effects: safe } },
    hook: { 'call.retried': {}, 'breaker.changed': {}, 'model.called': {} },
  },
});

export const limited = (details: { readonly retryAfterMs?: number } = {}) =>
  modelError('RUSTIC_MODEL_RATE_LIMITED', { model: 'a', reason: 'slow down', ...details });
export const overloaded = () => modelError('RUSTIC_MODEL_OVERLOADED', { model: 'a', status: 529, reason: 'busy' });
export const say = (text: string): readonly ModelEvent[] => [{ type: 'text', text }];
export const failing =
  (error: Error): Answers =>
  () => {
    throw error;
  };

/** Models and tools that do as told, behind the policy. */
export async function open(parts: {
  readonly models?: { readonly [Name in (typeof names)[number]]?: Answers };
  readonly tools?: { readonly [name in 'again' | 'other' | 'once']?: Work };
  readonly options?: object;
  readonly more?: readonly AnyPlugin[];
  readonly kernel?: Omit<TestKernelOptions, 'plugins'>;
}) {
  const asked: string[] = [];
  const calls: { readonly name: string; readonly origin: Call['origin'] }[] = [];
  const retried: CallRetried[] = [];
  const breakers: Breaker[] = [];
  const times = (name: string) => asked.filter((one) => one === name).length;
  async function* run(name: (typeof names)[number], { signal, origin }: Call): AsyncGenerator<ModelEvent> {
    asked.push(name);
    calls.push({ name, origin });
    const events = await (parts.models?.[name] ?? (() => say(`from ${name}`)))(times(name), signal);
    if (events[0]?.type !== 'start') yield { type: 'start', model: name };
    yield* events;
    if (events.at(-1)?.type !== 'finish')
      yield { type: 'finish', reason: 'stop', usage: { inputTokens: 10, outputTokens: 5 } };
  }
  const work = async (name: 'again' | 'other' | 'once', signal: AbortSignal): Promise<ToolResult> => {
    asked.push(name);
    const text = await (parts.tools?.[name] ?? (() => `from ${name}`))(times(name), signal);
    return { parts: [{ type: 'text', text }] };
  };
  const flaky = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: () => ({
      model: {
        'x/a': { run: (_, call) => run('x/a', call) },
        'x/b': { run: (_, call) => run('x/b', call) },
        'x/c': { run: (_, call) => run('x/c', call) },
      },
      tool: {
        again: { run: (_, call) => work('again', call.signal) },
        other: { run: (_, call) => work('other', call.signal) },
        once: { run: (_, call) => work('once', call.signal) },
      },
      'workflow.step': {
        step: { run: async (_, call) => ({ outputs: { said: (await work('again', call.signal)).parts.length } }) },
      },
      hook: {
        'call.retried': (event) => void retried.push(event),
        'breaker.changed': (event) => void breakers.push(event),
        'model.called': () => undefined,
      },
    }),
  });
  const kernel = await createTestKernel({
    ...parts.kernel,
    plugins: [[resilience, (parts.options ?? {}) as never], flaky, ...(parts.more ?? [])],
  });
  onTestFinished(() => kernel.dispose());
  const request: ModelRequest = { model: 'x/a', messages: [], purpose: 'turn' };
  type Options = { readonly signal?: AbortSignal; readonly session?: string; readonly turn?: number };
  const stream = (options: Options = {}, more: Partial<ModelRequest> = {}) =>
    kernel
      .use('model')
      .get('x/a')
      .invoke({ ...request, ...more }, kernel.call(), options);
  const ask = (options: Options = {}, more: Partial<ModelRequest> = {}) => collect(stream(options, more));
  const use = (name: string, signal?: AbortSignal) =>
    kernel
      .use('tool')
      .get(name)
      .invoke({}, kernel.call(), signal && { signal });
  return { kernel, ask, stream, use, asked, calls, retried, breakers };
}
export const textOf = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
/** Options of the policy with delays that do not hold up a test. */
export const quick = (more: object = {}, retry: object = {}) => ({
  retry: { attempts: 3, baseMs: 1, capMs: 20, ...retry },
  ...more,
});
