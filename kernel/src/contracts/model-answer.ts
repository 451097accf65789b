import { modelError } from './model-errors.js';
import type { ModelEvent } from './model-event.js';

/** One answer under way: the pieces as the vendor's SDK gives them, and what makes events of them. */
export interface VendorAnswer<Piece = unknown> {
  readonly pieces: AsyncIterable<Piece> | Iterable<Piece>;
  /** `start` is the first event of the first piece that says something. */
  read(piece: Piece): Iterable<ModelEvent>;
  /** What is known only when the answer is whole: tool calls, `finish`. Throws: `RUSTIC_MODEL_STREAM_*`. */
  end(): Iterable<ModelEvent>;
}
export interface Reading {
  readonly answer: VendorAnswer;
  readonly watch: Watch;
  /** What is thrown instead of what the SDK threw. */
  readonly failure: (error: unknown, started: boolean) => unknown;
}
/**
 * Events that are told as they come. An answer has tens of thousands of pieces: a promise for each is most of what
 * reading it takes.
 */
export interface ToldEvents extends AsyncIterator<ModelEvent> {
  /** Calls one of them once, never before it returns; `take` with the events of one piece, which may be none. */
  tell(take: (events: readonly ModelEvent[], done: boolean) => void, fail: (error: unknown) => void): void;
}

/** The events of an answer that begins when it is first read. */
export function readAnswer(begin: () => Promise<Reading>): AsyncIterable<ModelEvent> {
  return {
    [Symbol.asyncIterator](): ToldEvents {
      let opening: Promise<ToldEvents> | undefined;
      let events: ToldEvents | undefined;
      const open = async () => (events = eventsOf(await begin()));
      const opened = () => (opening ??= open());
      return {
        tell(take, fail) {
          if (events) events.tell(take, fail);
          else opened().then((told) => told.tell(take, fail), fail);
        },
        next: async () => (events ?? (await opened())).next(),
        return: async () => (await opening)?.return?.() ?? over,
      };
    },
  };
}

const over: IteratorResult<ModelEvent> = { done: true, value: undefined };
const nothing: readonly ModelEvent[] = [];
function eventsOf({ answer, watch, failure }: Reading): ToldEvents {
  const { pieces } = answer;
  const source =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : (pieces[Symbol.iterator]() as Iterator<unknown>);
  let started = false;
  let ended = false;
  /** Told, and not yet taken by `next`. */
  let ready = nothing;
  let taken = 0;

  const read = (step: IteratorResult<unknown>): readonly ModelEvent[] => {
    if (step.done) {
      end();
      // Some SDKs end an aborted stream without a word.
      watch.signal.throwIfAborted();
    }
    const said = step.done ? answer.end() : answer.read(step.value);
    const events = Array.isArray(said) ? (said as readonly ModelEvent[]) : [...said];
    if (!started) watch.heard((started = events.length > 0));
    return events;
  };
  const end = () => {
    ended = true;
    watch.end();
  };
  /** A source that hangs holds nobody up: it is not waited for. */
  const leave = () => {
    if (!ended) watch.leave();
    end();
    Promise.resolve(source.return?.()).catch(() => {});
  };
  // Made once, not for every piece.
  let take: Parameters<ToldEvents['tell']>[0];
  let fail: Parameters<ToldEvents['tell']>[1];
  const takeStep = (step: IteratorResult<unknown>) => {
    let events = nothing;
    try {
      events = read(step);
    } catch (error) {
      fail(failure(error, started));
      return leave();
    }
    take(events, ended);
  };
  const failed = (error: unknown) => {
    const known = failure(error, started);
    end();
    fail(known);
  };
  const tell: ToldEvents['tell'] = (whoTakes, whoFails) => {
    take = whoTakes;
    fail = whoFails;
    Promise.resolve(source.next()).then(takeStep, failed);
  };
  return {
    tell,
    async next() {
      while (taken === ready.length) {
        if (ended) return over;
        ready = await new Promise((resolve, reject) => tell(resolve, reject));
        taken = 0;
      }
      const value = ready[taken++];
      return value ? { done: false, value } : over;
    },
    async return() {
      leave();
      return over;
    },
  };
}

export interface Watch {
  /** Aborted when the caller cancels, when nothing comes in time, and when the answer is left. */
  readonly signal: AbortSignal;
  /** There was a sign of life; with the first words of the answer the limit ends. */
  heard(begun: boolean): void;
  end(): void;
  leave(): void;
}

/** Made once: the reason Node would make each time notes where it was made, which takes longer than all else of an end. */
const left = new Error('the answer was left');

/** Ends an answer that does not begin. How long it may pause later is the guard's matter. */
export function createWatch(called: AbortSignal, host: string, limitMs: number): Watch {
  const controller = new AbortController();
  const cancel = () => controller.abort(called.reason);
  const timer = setTimeout(() => controller.abort(modelError('RUSTIC_MODEL_TIMEOUT', { host, limitMs })), limitMs);
  const end = () => {
    clearTimeout(timer);
    called.removeEventListener('abort', cancel);
  };
  if (called.aborted) cancel();
  else called.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    heard: (begun) => void (begun ? clearTimeout(timer) : timer.refresh()),
    end,
    leave() {
      end();
      controller.abort(left);
    },
  };
}
