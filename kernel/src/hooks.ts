import { type Call, type Contracts, type HookDefinition, hooksOf } from './capability.js';
import { type Deadlines, isPromise } from './deadlines.js';
import { isRusticError, kernelError, reasonOf, type RusticError } from './errors.js';
import { attributed, type Firing, inSeries, type Rule, sideBySide, type Slot, type TapEntry } from './firing.js';

export type { TapEntry };
import { sortGraph } from './graph.js';
import type { About, TapOrder } from './manifest.js';
import { seal } from './validate.js';

/** What one tap made of a value, which is frozen. Unit: ms. */
export interface Change {
  readonly hook: string;
  readonly plugin: string;
  readonly about: About | undefined;
  readonly before: unknown;
  readonly after: unknown;
  readonly durationMs: number;
}
/** What a tap took so far: the first firing is timed, and one in sixteen; of a wrap, none. Unit: ms. */
export interface TapTimes {
  readonly hook: string;
  readonly plugin: string;
  readonly timed: number;
  readonly totalMs: number;
}
/**
 * Calls the taps on a hook. Each kind keeps its own order and its own rule for what a failing tap means. Where
 * nobody taps, nothing happens: what is transformed stays, nothing is claimed or collected.
 */
export interface HookBus {
  /** Throws: `RUSTIC_CAPABILITY_UNKNOWN`, `RUSTIC_HOOK_CYCLE`. */
  declare(by: { readonly id: string; readonly version: string }, taps?: Readonly<Record<string, TapOrder>>): void;
  attach(plugin: string, taps: Readonly<Record<string, TapEntry['fn']>>): void;
  /** From now on its taps are passed over; its gate taps answer deny. */
  fail(plugin: string, error: unknown): void;
  remove(plugin: string): void;
  has(hook: string): boolean;
  /** Ids of the plugins that tap, in the order they are called. */
  chain(hook: string): readonly string[];
  /** The chains of all hooks with taps. */
  chains(): Readonly<Record<string, readonly string[]>>;
  /** Of all taps, in their order. */
  times(): readonly TapTimes[];
  /** Freezes what it tells. */
  observe(hook: string, event: unknown): Awaitable<void>;
  /** Freezes what goes from tap to tap. */
  transform<T>(hook: string, value: T, about?: About): Awaitable<T>;
  gate(hook: string, payload: unknown): Promise<GateOutcome>;
  claim(hook: string, payload: unknown): Awaitable<unknown>;
  collect(hook: string, payload: unknown): Awaitable<readonly unknown[]>;
  /** Nests the taps around `run`. */
  wrap<T>(hook: string, input: unknown, call: Call, run: () => T): Promise<Awaited<T>>;
}

interface GateOutcome {
  readonly asks: readonly string[];
  readonly deny?: string;
}
type Awaitable<T> = T | Promise<T>;
const stages = { first: 0, normal: 1, last: 2 };
/** tapable's; a wrap needs none. */
const classes = {
  transform: 'AsyncSeriesWaterfallHook',
  gate: 'AsyncSeriesBailHook',
  claim: 'AsyncSeriesBailHook',
  observe: 'AsyncParallelHook',
  collect: 'AsyncParallelHook',
} as const;
const nothing: readonly never[] = Object.freeze([]);

export function createHookBus(parts: {
  readonly contracts: Contracts;
  readonly deadlines: Deadlines;
  readonly activate: (plugin: string) => Promise<unknown>;
  readonly onFailure: (error: RusticError) => void;
  /** Told what transforms change, where somebody wants to know. */
  readonly onChange?: ((change: Change) => void) | undefined;
}): HookBus {
  const { contracts, deadlines, onChange } = parts;
  const definitions = [...contracts.hooks, ...contracts.operations.flatMap(hooksOf)];
  const slotWith = (definition: HookDefinition, taps: readonly TapEntry[] = []): Slot => ({
    definition,
    taps,
    compiled: new Map(),
  });
  const slots = new Map(definitions.map((definition): [string, Slot] => [definition.id, slotWith(definition)]));
  const slotOf = (hook: string, plugin = 'the host'): Slot => {
    const slot = slots.get(hook);
    if (!slot) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin, capability: hook });
    return slot;
  };
  const entriesOf = (plugin: string) =>
    [...slots.values()].flatMap(({ taps }) => taps.filter((entry) => entry.plugin === plugin));
  const has = (hook: string) => (slots.get(hook)?.taps.length ?? 0) > 0;
  const chain = (hook: string) => slotOf(hook).taps.map(({ plugin }) => plugin);
  /** Activates whoever declared a tap, and imports tapable for the first hook that fires with one. */
  let tapable: typeof import('tapable') | undefined;
  const prepare = async (slot: Slot): Promise<void> => {
    tapable ??= (await import('tapable')).default;
    const waiting = slot.taps.filter((entry) => !entry.fn && !entry.failed);
    await Promise.allSettled(waiting.map((entry) => parts.activate(entry.plugin)));
    slot.ready = true;
  };
  const fire = <T>(hook: string, value: unknown, run: (firing: Firing) => Promise<T>): Promise<T> => {
    const slot = slotOf(hook);
    if (!slot.ready || !tapable) return prepare(slot).then(() => fire(hook, value, run));
    const Hook = tapable[classes[slot.definition.kind as keyof typeof classes]];
    return run({ slot, value, deadlines, Hook });
  };
  const skipped: Rule['failed'] = (error) => void parts.onFailure(error);
  const gateRule = (asks: string[]): Rule => ({
    rest: { asks },
    answered(answer) {
      const { ask, deny } = answer as { readonly ask?: unknown; readonly deny?: unknown };
      if (typeof deny === 'string') return { asks, deny };
      if (typeof ask !== 'string') throw new TypeError('it answered neither { ask }, { deny } nor undefined');
      return void asks.push(ask);
    },
    failed(error, { plugin, version, hook, fn, failed = error.cause }) {
      const reason = reasonOf(fn ? error : failed);
      const failure = kernelError('RUSTIC_GATE_UNAVAILABLE', { plugin, version, hook, reason }, error);
      parts.onFailure(failure);
      return { asks, deny: failure.message };
    },
  });
  const transformRule = (about?: About): Rule => ({
    changed({ hook, plugin }, before, after, durationMs) {
      const misfit = seal(after);
      if (misfit) throw new TypeError(`what it returned ${misfit.reason} ${misfit.path}`.trim());
      onChange?.({ hook, plugin, about, before, after, durationMs });
    },
    failed: skipped,
  });
  const untold = transformRule();
  const claiming: Rule = { answered: (answer) => answer, failed: skipped };

  return {
    declare({ id: plugin, version }, taps = {}) {
      for (const [hook, order] of Object.entries(taps)) {
        const { definition, taps: before } = slotOf(hook, plugin);
        slots.set(hook, slotWith(definition, sortTaps(hook, [...before, { ...order, hook, plugin, version }])));
      }
    },
    attach(plugin, taps) {
      for (const entry of entriesOf(plugin)) entry.fn = taps[entry.hook];
    },
    fail(plugin, error) {
      for (const entry of entriesOf(plugin)) entry.failed = error;
    },
    remove(plugin) {
      for (const [hook, { definition, taps }] of slots) {
        const left = taps.filter((entry) => entry.plugin !== plugin);
        if (left.length < taps.length) slots.set(hook, slotWith(definition, left));
      }
    },
    has,
    chain,
    chains: () => Object.fromEntries([...slots.keys()].filter(has).map((hook) => [hook, chain(hook)])),
    times: () =>
      [...slots.values()].flatMap(({ taps }) =>
        taps.map(({ hook, plugin, timed = 0, totalMs = 0 }) => ({ hook, plugin, timed, totalMs })),
      ),
    observe: (hook, event) =>
      has(hook)
        ? fire(hook, Object.freeze(event), (firing) => sideBySide(firing, skipped, () => undefined))
        : undefined,
    transform<T>(hook: string, value: T, about?: About): Awaitable<T> {
      if (!has(hook)) return value;
      seal(value);
      const rule = about && onChange ? transformRule(about) : untold;
      return fire(hook, value, (firing) => inSeries(firing, rule, onChange !== undefined)) as Promise<T>;
    },
    gate: (hook, payload) => fire(hook, payload, (firing) => inSeries(firing, gateRule([])) as Promise<GateOutcome>),
    claim: (hook, payload) => (has(hook) ? fire(hook, payload, (firing) => inSeries(firing, claiming)) : undefined),
    collect: (hook, payload) =>
      has(hook) ? fire(hook, payload, (firing) => sideBySide(firing, skipped, ({ added }) => added)) : nothing,
    async wrap<T>(hook: string, input: unknown, call: Call, run: () => T): Promise<Awaited<T>> {
      const slot = slotOf(hook);
      if (!slot.ready) await prepare(slot);
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
