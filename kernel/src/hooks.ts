import type { Call, GateAnswer, HookDefinition, TapContext } from './capability.js';
import { type Deadlines, isPromise, withDeadline } from './deadlines.js';
import { isRusticError, kernelError, reasonOf, type RusticError } from './errors.js';
import { sortGraph } from './graph.js';
import type { TapOrder } from './manifest.js';

/** A tap as declared; its function arrives when its plugin is activated. */
export interface TapEntry extends TapOrder {
  readonly plugin: string;
  fn?: (...args: never[]) => unknown;
  failed?: unknown;
}
/** Calls the taps on a hook. Each kind keeps its own order and its own rule for what a failing tap means. */
export interface HookBus {
  define(definition: HookDefinition): void;
  /** Throws: `RUSTIC_CAPABILITY_UNKNOWN`, `RUSTIC_HOOK_CYCLE`. */
  declare(hook: string, plugin: string, order: TapOrder): void;
  attach(hook: string, plugin: string, fn: (...args: never[]) => unknown): void;
  /** From now on its taps are passed over; its gate taps answer deny. */
  fail(plugin: string, error: unknown): void;
  remove(plugin: string): void;
  has(hook: string): boolean;
  /** Ids of the plugins that tap, in the order they are called. */
  chain(hook: string): readonly string[];
  /** Activates whoever declared a tap. Undefined when there is nothing to wait for. */
  ready(hook: string): Promise<void> | undefined;
  observe(hook: string, event: unknown): Promise<void>;
  transform<T>(hook: string, value: T): Promise<T>;
  gate(hook: string, payload: unknown): Promise<{ readonly asks: readonly string[]; readonly deny?: string }>;
  claim(hook: string, payload: unknown): Promise<unknown>;
  collect(hook: string, payload: unknown): Promise<readonly unknown[]>;
  /** Nests the taps around `run`. Call `ready` first. */
  wrap<T>(hook: string, input: unknown, call: Call, run: () => T): T;
}

interface Slot {
  readonly definition: HookDefinition;
  taps: TapEntry[];
  compiled?: Promise<Dispatch> | undefined;
}
type Dispatch = (payload: unknown, out: unknown[]) => Promise<unknown>;
type Run = (payload: unknown, out: unknown[]) => Promise<unknown>;
const stages = { first: 0, normal: 1, last: 2 };

export function createHookBus(parts: {
  readonly deadlines: Deadlines;
  readonly activate: (plugin: string) => Promise<unknown>;
  readonly onFailure: (error: RusticError) => void;
}): HookBus {
  const slots = new Map<string, Slot>();
  const slotOf = (hook: string, plugin = 'the host'): Slot => {
    const slot = slots.get(hook);
    if (!slot) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin, capability: hook });
    return slot;
  };

  const attributed = (entry: TapEntry, hook: string, error: unknown): RusticError =>
    isRusticError(error) && error.code.startsWith('RUSTIC_HOOK_')
      ? error
      : kernelError('RUSTIC_HOOK_FAILED', { plugin: entry.plugin, hook, reason: reasonOf(error) }, error);

  /** One tap with its time limit: resolves with its answer, rejects with an attributed error. */
  const runTap = async (entry: TapEntry, { id, timeLimitMs }: HookDefinition, payload: unknown): Promise<unknown> => {
    const context = createContext(entry.plugin);
    try {
      const answer: unknown = entry.fn?.(...([payload, context] as never[]));
      if (!isPromise(answer)) return answer;
      const late = () => {
        context.abort();
        return kernelError('RUSTIC_HOOK_TIMEOUT', { plugin: entry.plugin, hook: id, limitMs: timeLimitMs });
      };
      return await withDeadline(parts.deadlines, answer, timeLimitMs, late);
    } catch (error) {
      throw attributed(entry, id, error);
    }
  };
  const orSkip = (error: unknown): undefined => void parts.onFailure(error as RusticError);

  /** tapable is imported by the first hook that fires with a tap on it. */
  const compile = async ({ definition, taps }: Slot): Promise<Dispatch> => {
    const { default: tapable } = await import('tapable');
    const { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesWaterfallHook } = tapable;
    const { id, kind } = definition;
    const live = kind === 'gate' ? taps : taps.filter((entry) => entry.fn);
    const add = (hook: { tapPromise(name: string, run: Run): void }, run: (entry: TapEntry, index: number) => Run) =>
      live.forEach((entry, index) => hook.tapPromise(entry.plugin, run(entry, index)));
    if (kind === 'transform') {
      const hook = new AsyncSeriesWaterfallHook<[unknown, unknown[]]>(['value', 'out']);
      add(hook, (entry) => (value) => runTap(entry, definition, value).catch(orSkip));
      return (value, out) => hook.promise(value, out);
    }
    if (kind === 'gate') {
      const hook = new AsyncSeriesBailHook<[unknown, unknown[]], unknown>(['payload', 'asks']);
      add(hook, (entry) => async (payload, asks) => {
        const answer = await gateAnswer(entry, id, () => runTap(entry, definition, payload));
        if (answer && 'ask' in answer) asks.push(answer.ask);
        return answer && 'deny' in answer ? answer : undefined;
      });
      return (payload, asks) => hook.promise(payload, asks);
    }
    if (kind === 'claim') {
      const hook = new AsyncSeriesBailHook<[unknown, unknown[]], unknown>(['payload', 'out']);
      add(hook, (entry) => (payload) => runTap(entry, definition, payload).catch(orSkip));
      return (payload, out) => hook.promise(payload, out);
    }
    const hook = new AsyncParallelHook<[unknown, unknown[]]>(['payload', 'out']);
    add(hook, (entry, index) => async (payload, out) => {
      out[index] = await runTap(entry, definition, payload).catch(orSkip);
    });
    return (payload, out) => hook.promise(payload, out);
  };

  const gateAnswer = async (
    entry: TapEntry,
    hook: string,
    run: () => Promise<unknown>,
  ): Promise<GateAnswer | undefined> => {
    const unavailable = (error: unknown): GateAnswer => {
      const reason = reasonOf(error);
      const failure = kernelError('RUSTIC_GATE_UNAVAILABLE', { plugin: entry.plugin, hook, reason }, error);
      parts.onFailure(failure);
      return { deny: failure.message };
    };
    if (!entry.fn) return unavailable(entry.failed ?? new Error('it was not started'));
    try {
      const answer = await run();
      if (answer === undefined) return undefined;
      const { ask, deny } = answer as { ask?: unknown; deny?: unknown };
      if (typeof deny === 'string') return { deny };
      if (typeof ask === 'string') return { ask };
      throw new TypeError('it answered neither { ask }, { deny } nor undefined');
    } catch (error) {
      return unavailable(error);
    }
  };

  const dispatch = async (hook: string, payload: unknown, out: unknown[]): Promise<unknown> => {
    const slot = slotOf(hook);
    await bus.ready(hook);
    slot.compiled ??= compile(slot);
    return (await slot.compiled)(payload, out);
  };

  const bus: HookBus = {
    define: (definition) => void slots.set(definition.id, { definition, taps: [] }),
    declare(hook, plugin, order) {
      const slot = slotOf(hook, plugin);
      slot.taps = sortTaps(hook, [...slot.taps, { ...order, plugin }]);
      slot.compiled = undefined;
    },
    attach(hook, plugin, fn) {
      const slot = slotOf(hook, plugin);
      for (const entry of slot.taps) if (entry.plugin === plugin) entry.fn = fn;
      slot.compiled = undefined;
    },
    fail(plugin, error) {
      for (const slot of slots.values())
        for (const entry of slot.taps)
          if (entry.plugin === plugin) {
            entry.failed = error;
            delete entry.fn;
            slot.compiled = undefined;
          }
    },
    remove(plugin) {
      for (const slot of slots.values()) {
        slot.taps = slot.taps.filter((entry) => entry.plugin !== plugin);
        slot.compiled = undefined;
      }
    },
    has: (hook) => (slots.get(hook)?.taps.length ?? 0) > 0,
    chain: (hook) => slotOf(hook).taps.map((entry) => entry.plugin),
    ready(hook) {
      const waiting = slotOf(hook).taps.filter((entry) => !entry.fn && !entry.failed);
      if (waiting.length === 0) return undefined;
      return Promise.allSettled(waiting.map((entry) => parts.activate(entry.plugin))).then(() => undefined);
    },
    observe: async (hook, event) => void (await dispatch(hook, event, [])),
    transform: async <T>(hook: string, value: T) => (await dispatch(hook, value, [])) as T,
    async gate(hook, payload) {
      const asks: string[] = [];
      const answer = (await dispatch(hook, payload, asks)) as { deny: string } | undefined;
      return answer ? { asks, deny: answer.deny } : { asks };
    },
    claim: (hook, payload) => dispatch(hook, payload, []),
    async collect(hook, payload) {
      const added: unknown[] = [];
      await dispatch(hook, payload, added);
      return added.flat().filter((item) => item !== undefined);
    },
    wrap<T>(hook: string, input: unknown, call: Call, run: () => T): T {
      const taps = slotOf(hook).taps.filter((entry) => entry.fn);
      const at = (index: number): T => {
        const entry = taps[index];
        if (!entry) return run();
        const tap = () => entry.fn?.(...([input, call, () => at(index + 1)] as never[])) as T;
        return blaming(tap, (error) =>
          isRusticError(error) || call.signal.aborted ? error : attributed(entry, hook, error),
        );
      };
      return at(0);
    },
  };
  return bus;
}

/** Runs what gives a promise or a stream; what it fails with, now or later, is what `blame` makes of it. */
export function blaming<T>(run: () => T, blame: (error: unknown) => unknown): T {
  try {
    const result = run();
    if (isPromise(result)) return result.then(undefined, (error: unknown) => Promise.reject(blame(error))) as T;
    return isStream(result) ? (passOn(result, blame) as T) : result;
  } catch (error) {
    throw blame(error);
  }
}
const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof (value as { [Symbol.asyncIterator]?: unknown } | null | undefined)?.[Symbol.asyncIterator] === 'function';
async function* passOn(events: AsyncIterable<unknown>, blame: (error: unknown) => unknown): AsyncGenerator<unknown> {
  try {
    yield* events;
  } catch (error) {
    throw blame(error);
  }
}

function createContext(plugin: string): TapContext & { abort(): void } {
  let controller: AbortController | undefined;
  return {
    plugin,
    get signal() {
      return (controller ??= new AbortController()).signal;
    },
    abort: () => controller?.abort(),
  };
}

/** Stage, then named edges, then the order of declaration, which is the composition's. */
function sortTaps(hook: string, taps: readonly TapEntry[]): TapEntry[] {
  const rank = (entry: TapEntry) => stages[entry.stage ?? 'normal'];
  const staged = taps.toSorted((a, b) => rank(a) - rank(b));
  const follows = (plugin: string) => {
    const own = staged.find((entry) => entry.plugin === plugin);
    return staged
      .filter(
        (other) =>
          own !== undefined &&
          (rank(other) < rank(own) || own.after?.includes(other.plugin) || other.before?.includes(plugin)),
      )
      .map((other) => other.plugin);
  };
  const sorted = sortGraph(
    staged.map((entry) => entry.plugin),
    follows,
  );
  if ('cycle' in sorted) throw kernelError('RUSTIC_HOOK_CYCLE', { hook, path: sorted.cycle.join(' -> ') });
  return sorted.order.flatMap((plugin) => staged.filter((entry) => entry.plugin === plugin));
}
