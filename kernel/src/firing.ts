import type { HookDefinition, TapContext } from './capability.js';
import type { Deadlines, Watch } from './deadlines.js';
import { isRusticError, kernelError, reasonOf, type RusticError } from './errors.js';
import type { TapOrder } from './manifest.js';

/** A tap as declared; its function arrives when its plugin is activated. */
export interface TapEntry extends TapOrder {
  readonly hook: string;
  readonly plugin: string;
  readonly version: string;
  fn?: ((...args: never[]) => unknown) | undefined;
  failed?: unknown;
  /** How often it was timed, and what that came to. Unit: ms. */
  timed?: number;
  totalMs?: number;
}
/** A hook and those who tap it, in their order. */
export interface Slot {
  readonly definition: HookDefinition;
  readonly taps: readonly TapEntry[];
  /** tapable's hooks over the taps from one place on, made when they are first needed. */
  readonly compiled: Map<number, Tapable>;
  /** Whether every tap has its function, or never will. */
  ready?: boolean;
  fired?: number;
}
/** As far as tapable is used. */
interface Tapable {
  tapPromise(name: string, tap: (value: unknown, pass: never) => Promise<unknown>): void;
  tapAsync(name: string, tap: (value: unknown, pass: never, done: () => void) => void): void;
  callAsync(value: unknown, pass: unknown, done: (...outcome: [unknown?, unknown?]) => void): void;
}
export interface Firing {
  readonly slot: Slot;
  readonly value: unknown;
  readonly Hook: new (names: ['value', 'pass']) => Tapable;
  readonly deadlines: Deadlines;
}
/** What a kind of hook makes of its taps. What the first two throw is what `failed` gets. */
export interface Rule {
  /** A tap of a transform handed on another value. Unit: ms. */
  changed?(entry: TapEntry, before: unknown, after: unknown, durationMs: number): void;
  /** A tap of another kind answered. Ends the dispatch, unless it gives nothing. */
  answered?(answer: unknown): unknown;
  /** The answer when no tap ended it; of a transform, the value. */
  readonly rest?: unknown;
  /** Ends the dispatch, unless it gives nothing. */
  failed(error: RusticError, entry: TapEntry): unknown;
}
interface Pass {
  /** Of the taps that asked for their signal, by their place. */
  controllers?: Map<number, AbortController>;
  /** Whether it matters that a tap is missing. */
  readonly needed?: boolean;
}

export const attributed = ({ plugin, version, hook }: TapEntry, error: unknown): RusticError =>
  isRusticError(error) && error.code.startsWith('RUSTIC_HOOK_')
    ? error
    : kernelError('RUSTIC_HOOK_FAILED', { plugin, version, hook, reason: reasonOf(error) }, error);
const lateness = ({ plugin, version, hook }: TapEntry, { definition }: Slot) =>
  kernelError('RUSTIC_HOOK_TIMEOUT', { plugin, version, hook, limitMs: definition.timeLimitMs });

/** All a tap gets hold of: nothing in it reaches the dispatch. */
class Context implements TapContext {
  readonly plugin: string;
  readonly #pass: Pass;
  readonly #index: number;
  constructor(plugin: string, pass: Pass, index: number) {
    this.plugin = plugin;
    this.#pass = pass;
    this.#index = index;
  }
  get signal(): AbortSignal {
    const controllers = (this.#pass.controllers ??= new Map());
    const controller = controllers.get(this.#index) ?? new AbortController();
    controllers.set(this.#index, controller);
    return controller.signal;
  }
}
/** Always gives a promise: tapable does not catch what a tap throws between two others. */
function callTap(entry: TapEntry, index: number, value: unknown, pass: Pass): Promise<unknown> {
  try {
    if (!entry.fn && pass.needed) throw entry.failed ?? new Error('it was not started');
    const answer: unknown = entry.fn?.(...([value, new Context(entry.plugin, pass, index)] as never[]));
    return answer instanceof Promise ? answer : Promise.resolve(answer);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function hookFrom({ slot, Hook }: Firing, at: number, tapping: typeof inTurn | typeof atOnce): Tapable {
  const { compiled, taps } = slot;
  const hook = compiled.get(at) ?? new Hook(['value', 'pass']);
  if (compiled.has(at)) return hook;
  for (const [index, entry] of taps.entries()) if (index >= at) tapping(hook, entry, index);
  compiled.set(at, hook);
  return hook;
}

/** Of how many firings one is timed, the first among them: looking at a clock costs as much as a tap. */
const timedEvery = 16;
/** Unit: ms. Absent: this firing is not timed. */
function clock(slot: Slot, traced: boolean): number | undefined {
  slot.fired = (slot.fired ?? 0) + 1;
  return traced || slot.fired % timedEvery === 1 ? performance.now() : undefined;
}
function count(entry: TapEntry, sinceMs: number | undefined): number {
  if (sinceMs === undefined) return 0;
  const durationMs = performance.now() - sinceMs;
  entry.timed = (entry.timed ?? 0) + 1;
  entry.totalMs = (entry.totalMs ?? 0) + durationMs;
  return durationMs;
}

/**
 * Calls the taps one after the other, each within the hook's time limit, with one watchdog for all of them. As long as
 * none fails, tapable alone goes from tap to tap; a tap that fails or hangs ends that pass, and another begins behind it.
 */
export const inSeries = (firing: Firing, rule: Rule, traced = false): Promise<unknown> =>
  new Promise((resolve) => new Series({ firing, rule, resolve }, traced).begin(0, firing.value));

interface Stretch extends Pass {
  readonly series: Series;
  /** The tap that is under way, and what it was given. */
  at: number;
  value: unknown;
}
const inTurn = (hook: Tapable, entry: TapEntry, index: number) =>
  hook.tapPromise(entry.plugin, (value, stretch: Stretch) =>
    stretch.series.enter(stretch, index, value) ? callTap(entry, index, value, stretch) : new Promise<never>(() => {}),
  );

class Series {
  private readonly watch: Watch;
  private readonly needed: boolean;
  /** The pass that counts: one that was given up goes no further, whatever its hanging tap does in the end. */
  private stretch: Stretch | undefined;
  private readonly of: { readonly firing: Firing; readonly rule: Rule; readonly resolve: (answer: unknown) => void };
  /** When the tap that is under way began, if it is timed. Unit: ms. */
  private sinceMs: number | undefined;
  constructor(of: Series['of'], traced: boolean) {
    const { slot, deadlines } = of.firing;
    this.of = of;
    this.sinceMs = clock(slot, traced);
    this.needed = slot.definition.kind === 'gate';
    this.watch = deadlines.watch(() => {
      this.stretch?.controllers?.get(this.stretch.at)?.abort();
      this.failed(lateness(this.entry, slot));
    }, slot.definition.timeLimitMs);
  }
  private get entry(): TapEntry {
    return this.of.firing.slot.taps[this.stretch?.at ?? 0] as TapEntry;
  }
  begin(at: number, value: unknown): void {
    if (at === this.of.firing.slot.taps.length) return this.end(this.of.rule.changed ? value : this.of.rule.rest);
    const stretch = (this.stretch = { series: this, at, value, needed: this.needed });
    this.watch.restart();
    hookFrom(this.of.firing, at, inTurn).callAsync(value, stretch, (...outcome) => {
      if (this.stretch !== stretch) return;
      // One argument is an error, whatever it is: a tap can reject with nothing at all.
      if (outcome.length === 1) this.failed(outcome[0]);
      else this.ended(outcome[1]);
    });
  }
  /** Whether a tap is to be called; what the one before it handed on is taken first. */
  enter(stretch: Stretch, index: number, value: unknown): boolean {
    if (this.stretch !== stretch) return false;
    const news = value !== stretch.value || this.sinceMs !== undefined;
    if (news && index > stretch.at && !this.handedOn(stretch, value)) return false;
    stretch.at = index;
    this.watch.restart();
    return true;
  }
  private handedOn(stretch: Stretch, value: unknown): boolean {
    const durationMs = count(this.entry, this.sinceMs);
    this.sinceMs &&= performance.now();
    if (value === stretch.value) return true;
    try {
      this.of.rule.changed?.(this.entry, stretch.value, value, durationMs);
      stretch.value = value;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }
  private ended(answer: unknown): void {
    const stretch = this.stretch as Stretch;
    const { changed, answered } = this.of.rule;
    if (changed) return void (this.handedOn(stretch, answer) && this.end(answer));
    count(this.entry, this.sinceMs);
    if (answer === undefined) return this.end(this.of.rule.rest);
    try {
      this.next(answered?.(answer));
    } catch (error) {
      this.failed(error);
    }
  }
  private failed(error: unknown): void {
    this.next(this.of.rule.failed(attributed(this.entry, error), this.entry));
  }
  private next(answer: unknown): void {
    const { at, value } = this.stretch as Stretch;
    if (answer === undefined) this.begin(at + 1, value);
    else this.end(answer);
  }
  private end(answer: unknown): void {
    this.stretch = undefined;
    this.watch.end();
    this.of.resolve(answer);
  }
}

/** In the place of a tap that said nothing; of one that is still open, there is nothing. */
const silence = Symbol('silence');
/** One dispatch to all taps at once. */
class Round implements Pass {
  controllers?: Map<number, AbortController>;
  readonly answers: unknown[] = [];
  private readonly failed: Rule['failed'];
  private readonly sinceMs: number | undefined;
  constructor(failed: Rule['failed'], sinceMs: number | undefined) {
    this.failed = failed;
    this.sinceMs = sinceMs;
  }
  settle(entry: TapEntry, index: number, answer: unknown, error?: RusticError): void {
    if (this.answers[index] !== undefined) return;
    count(entry, this.sinceMs);
    this.answers[index] = answer ?? silence;
    if (error) this.failed(error, entry);
  }
  get added(): readonly unknown[] {
    return this.answers.filter((answer) => answer !== silence).flat();
  }
}
const atOnce = (hook: Tapable, entry: TapEntry, index: number) =>
  hook.tapAsync(entry.plugin, (value, round: Round, done) => {
    callTap(entry, index, value, round).then(
      (answer) => (round.settle(entry, index, answer), done()),
      (error: unknown) => (round.settle(entry, index, undefined, attributed(entry, error)), done()),
    );
  });

/** Calls all taps at once and waits for all of them, within the limit. Resolves with what is made of what they added. */
export const sideBySide = <T>(firing: Firing, failed: Rule['failed'], made: (round: Round) => T): Promise<T> =>
  new Promise((resolve) => {
    const { slot, deadlines, value } = firing;
    const round = new Round(failed, clock(slot, false));
    const end = () => {
      watch.end();
      resolve(made(round));
    };
    const watch = deadlines.watch(() => {
      for (const [index, entry] of slot.taps.entries()) {
        if (round.answers[index] === undefined) round.controllers?.get(index)?.abort();
        round.settle(entry, index, undefined, lateness(entry, slot));
      }
      end();
    }, slot.definition.timeLimitMs);
    hookFrom(firing, 0, atOnce).callAsync(value, round, end);
  });
