import { errorInfo, isRusticError, reasonOf } from '../errors.js';
import type { ModelEvent } from './model.js';
import { modelError } from './model-errors.js';

const idleLimitMs = 60_000;

/**
 * Holds every provider to the shape of `ModelEvent`, once for all of them.
 *
 * Shape: passes events through; adds the missing `finish` (`aborted`, or `error` with `RUSTIC_MODEL_STREAM_INCOMPLETE`,
 *   `…_INVALID` or `RUSTIC_MODEL_IDLE`); drops whatever follows `finish`.
 * Throws: what the provider threw before its `start`.
 * Cancel: an aborted signal yields `finish: aborted` at once, whatever the provider does.
 */
export async function* guardModelStream(
  events: AsyncIterable<ModelEvent>,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const source = events[Symbol.asyncIterator]();
  let started = false;
  let waitingSince = 0;
  let interrupt: (reason: 'idle' | 'aborted') => void = () => {};
  const interrupted = new Promise<'idle' | 'aborted'>((resolve) => (interrupt = resolve));
  const onAbort = () => interrupt('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  // One timer for the whole stream: it looks whether the pull that is under way has waited too long.
  const idle = setInterval(() => {
    if (waitingSince && performance.now() - waitingSince > idleLimitMs) interrupt('idle');
  }, idleLimitMs / 4);
  idle.unref();
  try {
    for (;;) {
      waitingSince = performance.now();
      const step = await Promise.race([source.next(), interrupted]);
      waitingSince = 0;
      if (step === 'aborted') return void (yield { type: 'finish', reason: 'aborted' });
      if (step === 'idle') throw modelError('RUSTIC_MODEL_IDLE', { limitMs: idleLimitMs });
      if (step.done) {
        if (signal.aborted) return void (yield { type: 'finish', reason: 'aborted' });
        throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying so' });
      }
      const event = step.value;
      if (!started && event.type !== 'start')
        throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: `it began with "${event.type}"` });
      if (started && event.type === 'start')
        throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it started twice' });
      started = true;
      yield event;
      if (event.type === 'finish') return;
    }
  } catch (error) {
    if (signal.aborted) return void (yield { type: 'finish', reason: 'aborted' });
    if (!started) throw error;
    // Anything without a code is a connection that broke: no vendor's SDK names it.
    const reason = reasonOf(error);
    const coded = isRusticError(error) ? error : modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason }, error);
    yield { type: 'finish', reason: 'error', error: errorInfo(coded) };
  } finally {
    clearInterval(idle);
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a provider that hangs must not hold the turn.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}
