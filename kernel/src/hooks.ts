import type { Call, Contracts, HookDefinition, HookKind, TapContext } from './capability.js';
import { type Deadlines, isPromise, withDeadline } from './deadlines.js';
import { isRusticError, kernelError, reasonOf, type RusticError } from './errors.js';
import { sortGraph } from './graph.js';
import type { TapOrder } from './manifest.js';

/** A tap as declared; its function arrives when its plugin is activated. */
export interface TapEntry extends TapOrder {
  readonly hook: string;
  readonly plugin: string;
  fn?: ((...args: never[]) => unknown) | undefined;
  failed?: unknown;
}
/**
 * Calls the taps on a hook. Each kind keeps its own order and its own rule for what a failing tap means. Where
 * nobody taps, nothing happens: what is transformed stays, nothing is claimed or collected.
 */
export interface HookBus {
  /** Throws: `RUSTIC_CAPABILITY_UNKNOWN`, `RUSTIC_HOOK_CYCLE`. */
  declare(plugin: string, taps: Readonly<Record<string, TapOrder>> | undefined): void;
  attach(plugin: string, taps: Readonly<Record<string, TapEntry['fn']>>): void;
  /** From now on its taps are passed over; its gate taps answer deny. */
  fail(plugin: string, error: unknown): void;
  remove(plugin: string): void;
  has(hook: string): boolean;
  /** Ids of the plugins that tap, in the order they are called. */
  chain(hook: string): readonly string[];
  /** The chains of all hooks with taps. */
  chains(): Readonly<Record<string, readonly string[]>>;
  /** Freezes what it tells. */
  observe(hook: string, event: unknown): Promise<void>;
  transform<T>(hook: string, value: T): Promise<T>;
  gate(hook: string, payload: unknown): Promise<{ readonly asks: readonly string[]; readonly deny?: string }>;
  claim(hook: string, payload: unknown): Promise<unknown>;
  collect(hook: string, payload: unknown): Promise<readonly unknown[]>;
  /** Nests the taps around `run`. */
  wrap<T>(hook: string, input: unknown, call: Call, run: () => T): Promise<Awaited<T>>;
}

interface Slot {
  readonly definition: HookDefinition;
  readonly taps: readonly TapEntry[];
  compiled?: Promise<Dispatch> | undefined;
}
/** Calls the taps; `answers` takes what each answered, at its place in the order; of a gate, the asks. */
type Dispatch = (payload: unknown, answers: unknown[]) => Promise<unknown>;
interface Tapable {
  tapPromise(name: string, tap: Dispatch): void;
  promise: Dispatch;
}
const stages = { first: 0, normal: 1, last: 2 };

/** The hooks of the contracts, and four for each operation. */
const catalogue = ({ hooks, operations }: Contracts): readonly HookDefinition[] => [
  ...hooks,
  ...operations.flatMap(({ id }): readonly HookDefinition[] => [
    { id: `${id}.call`, kind: 'gate', timeLimitMs: 5_000 },
    { id: `${id}.run`, kind: 'wrap', timeLimitMs: Number.POSITIVE_INFINITY },
    { id: `${id}.result`, kind: 'transform', timeLimitMs: 5_000 },
    { id: `${id}.called`, kind: 'observe', timeLimitMs: 5_000 },
  ]),
];

export function createHookBus(parts: {
  readonly contracts: Contracts;
  readonly deadlines: Deadlines;
  readonly activate: (plugin: string) => Promise<unknown>;
  readonly onFailure: (error: RusticError) => void;
}): HookBus {
  const slots = new Map(
    catalogue(parts.contracts).map((definition): [string, Slot] => [definition.id, { definition, taps: [] }]),
  );
  const slotOf = (hook: string, plugin = 'the host'): Slot => {
    const slot = slots.get(hook);
    if (!slot) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin, capability: hook });
    return slot;
  };
  const entriesOf = (plugin: string) =>
    [...slots.values()].flatMap(({ taps }) => taps.filter((entry) => entry.plugin === plugin));
  const has = (hook: string) => (slots.get(hook)?.taps.length ?? 0) > 0;
  const chain = (hook: string) => slotOf(hook).taps.map((entry) => entry.plugin);

  const attributed = ({ plugin, hook }: TapEntry, error: unknown): RusticError =>
    isRusticError(error) && error.code.startsWith('RUSTIC_HOOK_')
      ? error
      : kernelError('RUSTIC_HOOK_FAILED', { plugin, hook, reason: reasonOf(error) }, error);

  /** One tap with its time limit: resolves with its answer, rejects with an attributed error. */
  const runTap = async (entry: TapEntry, limitMs: number, payload: unknown): Promise<unknown> => {
    const { plugin, hook } = entry;
    let controller: AbortController | undefined;
    const context: TapContext = {
      plugin,
      get signal() {
        return (controller ??= new AbortController()).signal;
      },
    };
    try {
      const answer: unknown = entry.fn?.(...([payload, context] as never[]));
      if (!isPromise(answer)) return answer;
      const late = () => {
        controller?.abort();
        return kernelError('RUSTIC_HOOK_TIMEOUT', { plugin, hook, limitMs });
      };
      return await withDeadline(parts.deadlines, answer, limitMs, late);
    } catch (error) {
      throw attributed(entry, error);
    }
  };
  const skip = (error: unknown): undefined => void parts.onFailure(error as RusticError);
  /** A gate tap adds to the asks or answers deny; one that can not answer answers deny. */
  const runGateTap = async (entry: TapEntry, limitMs: number, payload: unknown, asks: unknown[]) => {
    const { plugin, hook, failed } = entry;
    try {
      if (!entry.fn) throw failed ?? new Error('it was not started');
      const answer = await runTap(entry, limitMs, payload);
      if (answer === undefined) return undefined;
      const { ask, deny } = answer as { ask?: unknown; deny?: unknown };
      if (typeof deny === 'string') return { deny };
      if (typeof ask !== 'string') throw new TypeError('it answered neither { ask }, { deny } nor undefined');
      asks.push(ask);
      return undefined;
    } catch (error) {
      const failure = kernelError('RUSTIC_GATE_UNAVAILABLE', { plugin, hook, reason: reasonOf(error) }, error);
      parts.onFailure(failure);
      return { deny: failure.message };
    }
  };

  /** tapable is imported by the first hook that fires with a tap on it. */
  const compile = async ({ definition: { kind, timeLimitMs }, taps }: Slot): Promise<Dispatch> => {
    const { default: tapable } = await import('tapable');
    const kinds: Partial<Record<HookKind, new (names: ['payload', 'answers']) => Tapable>> = {
      transform: tapable.AsyncSeriesWaterfallHook,
      claim: tapable.AsyncSeriesBailHook,
      gate: tapable.AsyncSeriesBailHook,
    };
    const Hook = kinds[kind] ?? tapable.AsyncParallelHook;
    const hook: Tapable = new Hook(['payload', 'answers']);
    for (const [index, entry] of taps.entries()) {
      const tap: Dispatch = async (payload, answers) =>
        (answers[index] = await runTap(entry, timeLimitMs, payload).catch(skip));
      const gateTap: Dispatch = (payload, asks) => runGateTap(entry, timeLimitMs, payload, asks);
      hook.tapPromise(entry.plugin, kind === 'gate' ? gateTap : tap);
    }
    return (payload, answers) => hook.promise(payload, answers);
  };

  /** Activates whoever declared a tap. */
  const ready = async (slot: Slot): Promise<void> => {
    const waiting = slot.taps.filter((entry) => !entry.fn && !entry.failed);
    if (waiting.length > 0) await Promise.allSettled(waiting.map((entry) => parts.activate(entry.plugin)));
  };
  const dispatch = async (hook: string, payload: unknown, answers: unknown[], untapped?: unknown): Promise<unknown> => {
    if (!has(hook)) return untapped;
    const slot = slotOf(hook);
    await ready(slot);
    slot.compiled ??= compile(slot);
    return (await slot.compiled)(payload, answers);
  };

  return {
    declare(plugin, taps = {}) {
      for (const [hook, order] of Object.entries(taps)) {
        const { definition, taps: before } = slotOf(hook, plugin);
        slots.set(hook, { definition, taps: sortTaps(hook, [...before, { ...order, hook, plugin }]) });
      }
    },
    attach(plugin, taps) {
      for (const entry of entriesOf(plugin)) entry.fn = taps[entry.hook];
    },
    fail(plugin, error) {
      for (const entry of entriesOf(plugin)) entry.failed = error;
    },
    remove(plugin) {
      for (const [hook, { definition, taps }] of slots)
        slots.set(hook, { definition, taps: taps.filter((entry) => entry.plugin !== plugin) });
    },
    has,
    chain,
    chains: () => Object.fromEntries([...slots.keys()].filter(has).map((hook) => [hook, chain(hook)])),
    async observe(hook, event) {
      if (has(hook)) await dispatch(hook, Object.freeze(event), []);
    },
    transform: async <T>(hook: string, value: T) => (await dispatch(hook, value, [], value)) as T,
    async gate(hook, payload) {
      const asks: string[] = [];
      const answer = (await dispatch(hook, payload, asks)) as { deny: string } | undefined;
      return { asks, ...answer };
    },
    claim: (hook, payload) => dispatch(hook, payload, []),
    async collect(hook, payload) {
      const added: unknown[] = [];
      await dispatch(hook, payload, added);
      return added.flat().filter((item) => item !== undefined);
    },
    async wrap<T>(hook: string, input: unknown, call: Call, run: () => T): Promise<Awaited<T>> {
      const slot = slotOf(hook);
      await ready(slot);
      const nest = (next: () => T, entry: TapEntry) => {
        const tap = () => entry.fn?.(...([input, call, next] as never[])) as T;
        const blame = (error: unknown) =>
          isRusticError(error) || call.signal.aborted ? error : attributed(entry, error);
        return () => blaming(tap, blame);
      };
      return await slot.taps.filter((entry) => entry.fn).reduceRight(nest, run)();
    },
  };
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

/** Stage, then named edges, then the order of declaration, which is the composition's. */
function sortTaps(hook: string, taps: readonly TapEntry[]): readonly TapEntry[] {
  const rank = ({ stage = 'normal' }: TapEntry) => stages[stage];
  const staged = taps.toSorted((a, b) => rank(a) - rank(b));
  const precedes = (one: TapEntry, other: TapEntry) =>
    rank(one) < rank(other) || other.after?.includes(one.plugin) || one.before?.includes(other.plugin);
  const sorted = sortGraph(staged, (entry) => staged.filter((other) => precedes(other, entry)));
  if ('order' in sorted) return sorted.order;
  const path = sorted.cycle.map(({ plugin }) => plugin).join(' -> ');
  throw kernelError('RUSTIC_HOOK_CYCLE', { hook, path });
}
