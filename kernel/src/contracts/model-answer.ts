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
  readonly signal: AbortSignal;
  /** What is thrown instead of what the SDK threw. */
  readonly failure: (error: unknown, started: boolean) => unknown;
}
interface Watch {
  readonly signal: AbortSignal;
  /** Whoever reads takes time: nothing is counted. */
  rest(): void;
  /** The next piece is waited for. */
  wait(started: boolean): void;
  end(): void;
}
type Step = IteratorResult<ModelEvent>;

/** How long an answer may pause. Unit: ms. */
const idleLimitMs = 60_000;

/**
 * The events of an answer that begins when it is first read.
 *
 * It is no generator: an answer has tens of thousands of pieces, and a generator takes three promises for each of them.
 */
export function readAnswer(begin: () => Promise<Reading>): AsyncIterable<ModelEvent> {
  return {
    [Symbol.asyncIterator]() {
      let reading: Promise<AsyncIterator<ModelEvent>> | undefined;
      let events: AsyncIterator<ModelEvent> | undefined;
      const opened = async () => (events = eventsOf(await begin()));
      return {
        next: () => events?.next() ?? (reading ??= opened()).then((opening) => opening.next()),
        async return(): Promise<Step> {
          await (await reading)?.return?.();
          return over;
        },
      };
    },
  };
}

const over: Step = { done: true, value: undefined };
function eventsOf({ answer, watch, signal, failure }: Reading): AsyncIterator<ModelEvent> {
  const { pieces } = answer;
  const source =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : (pieces[Symbol.iterator]() as Iterator<unknown>);
  let ready: readonly ModelEvent[] = [];
  let read = 0;
  let started = false;
  let ended = false;
  const give = (events: Iterable<ModelEvent>): void => {
    ready = Array.isArray(events) ? (events as readonly ModelEvent[]) : [...events];
    read = 0;
    started ||= ready.length > 0;
  };
  const fail = (error: unknown): never => {
    ended = true;
    watch.end();
    throw failure(error, started);
  };
  const take = (step: IteratorResult<unknown>): Step | Promise<Step> => {
    watch.rest();
    try {
      if (!step.done) give(answer.read(step.value));
      else {
        ended = true;
        watch.end();
        // Some SDKs end an aborted stream without a word.
        signal.throwIfAborted();
        give(answer.end());
      }
    } catch (error) {
      void leave();
      return fail(error);
    }
    const event = ready[read++];
    return event ? { done: false, value: event } : next();
  };
  const next = (): Promise<Step> => {
    const event = ready[read++];
    if (event) return Promise.resolve({ done: false, value: event });
    if (ended) return Promise.resolve(over);
    watch.wait(started);
    return Promise.resolve(source.next()).then(take, fail);
  };
  /** Not waited for by whoever fails: a source that hangs holds nobody up. */
  const leave = async () => {
    ended = true;
    watch.end();
    await Promise.resolve(source.return?.()).catch(() => {});
  };
  return {
    next,
    async return() {
      await leave();
      return over;
    },
  };
}

/** Ends an answer that does not begin, or pauses too long. While its reader is slow nothing is counted. */
export function createWatch(host: string, timeoutMs: number): Watch {
  const controller = new AbortController();
  let waiting = true;
  let begun = false;
  const late = () => {
    if (!waiting) return;
    const error = begun
      ? modelError('RUSTIC_MODEL_IDLE', { limitMs: idleLimitMs })
      : modelError('RUSTIC_MODEL_TIMEOUT', { host, limitMs: timeoutMs });
    controller.abort(error);
  };
  let timer = setTimeout(late, timeoutMs);
  return {
    signal: controller.signal,
    rest: () => void (waiting = false),
    wait(started) {
      waiting = true;
      if (started === begun) return void timer.refresh();
      begun = started;
      clearTimeout(timer);
      timer = setTimeout(late, idleLimitMs);
    },
    end: () => clearTimeout(timer),
  };
}
