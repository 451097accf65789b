import { errorInfo, isRusticError, reasonOf } from '../errors.js';
import type { ToldEvents } from './model-answer.js';
import type { ModelEvent } from './model-event.js';
import { modelError } from './model-errors.js';

const idleLimitMs = 60_000;
/** A model may take long to begin; its provider limits that, by options that reach this far. */
const startLimitMs = 3_600_000;
/** How often it is looked whether something came: a silence is noticed at most this much late. Unit: ms. */
const lookMs = 5_000;
/** How far a provider is pulled ahead of a slow reader. Unit: characters of text, and events of other types. */
const aheadLimit = 4_096;
/** The same before the first text is delivered: a burst must not hold it up. */
const firstLimit = 64;

/**
 * Holds every provider to the shape of `ModelEvent`, once for all of them.
 *
 * Shape: passes events through; text that arrived in one turn of the event loop is one delta; adds the missing `finish`
 *   (`aborted`, or `error` with `RUSTIC_MODEL_STREAM_INCOMPLETE`, `…_INVALID` or `RUSTIC_MODEL_IDLE`); drops whatever
 *   follows `finish`.
 * Throws: what the provider threw before its `start`.
 * Cancel: an aborted signal yields `finish: aborted` at once, whatever the provider does.
 */
export async function* guardModelStream(
  events: AsyncIterable<ModelEvent>,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const source: AsyncIterator<ModelEvent> & Partial<ToldEvents> = events[Symbol.asyncIterator]();
  const ready: ModelEvent[] = [];
  let ahead = 0;
  let limit = firstLimit;
  let started = false;
  let ended: { readonly error?: unknown } | undefined;
  let pulling = false;
  /** Looks since the provider was heard. */
  let silentLooks = 0;
  let wake = () => {};
  let full = () => {};

  const pull = () => {
    pulling = true;
    if (source.tell) source.tell(take, fail);
    else source.next().then(({ done, value }) => take(done ? [] : [value], done === true), fail);
  };
  const fail = (error: unknown) => {
    ended ??= { error };
    wake();
  };
  const take = (said: readonly ModelEvent[], done: boolean): void => {
    pulling = false;
    silentLooks = 0;
    for (const event of said) {
      if (ended) return;
      if (started === (event.type === 'start')) {
        const reason = started ? 'it started twice' : `it began with "${event.type}"`;
        return fail(modelError('RUSTIC_MODEL_STREAM_INVALID', { reason }));
      }
      started = true;
      ahead += join(ready, event);
      if (event.type === 'finish') ended = {};
    }
    if (ended) return wake();
    if (done) return fail(modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying so' }));
    if (ahead < limit) pull();
    else full();
    if (ready.length > 0) wake();
  };
  const abort = () => {
    ended ??= {};
    ready.length = 0;
    ready.push({ type: 'finish', reason: 'aborted' });
    wake();
  };
  // One timer for the whole stream: it looks whether the pull that is under way has waited too long.
  const idle = setInterval(() => {
    if (!pulling) silentLooks = 0;
    const limitMs = started ? idleLimitMs : startLimitMs;
    if (pulling && ++silentLooks * lookMs > limitMs) fail(modelError('RUSTIC_MODEL_IDLE', { limitMs }));
  }, lookMs);
  idle.unref();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    else pull();
    for (;;) {
      if (ready.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      // Text that arrives in this turn of the event loop belongs to the same delta; nothing else waits.
      if (!ended && ahead < limit && isDelta(ready.at(-1)))
        await new Promise<void>((resolve) => {
          full = resolve;
          setImmediate(resolve);
        });
      const batch = ready.splice(0);
      if (isDelta(batch.at(-1))) limit = aheadLimit;
      ahead = 0;
      if (!pulling && !ended) pull();
      yield* batch;
      if (!ended || ready.length > 0) continue;
      if ('error' in ended && ended.error !== undefined) throw ended.error;
      return;
    }
  } catch (error) {
    if (!started) throw error;
    // Anything without a code is a connection that broke: no vendor's SDK names it.
    const reason = reasonOf(error);
    const coded = isRusticError(error) ? error : modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason }, error);
    yield { type: 'finish', reason: 'error', error: errorInfo(coded) };
  } finally {
    clearInterval(idle);
    signal.removeEventListener('abort', abort);
    ended ??= {};
    // Not awaited: a provider that hangs must not hold the turn.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}

type Delta = { type: 'text' | 'reasoning'; text: string; vendor?: unknown };
const isDelta = (event: ModelEvent | Delta | undefined): event is Delta =>
  (event?.type === 'text' || event?.type === 'reasoning') && event.vendor === undefined;

/** Adds an event; text that follows text of its kind becomes one delta with it. Returns how much was added. */
function join(ready: (ModelEvent | Delta)[], event: ModelEvent): number {
  if (!isDelta(event)) return (ready.push(event), 1);
  const last = ready[ready.length - 1];
  if (last && isDelta(last) && last.type === event.type) (last as Delta).text += event.text;
  else ready.push({ type: event.type, text: event.text });
  return event.text.length;
}
