import { type ErrorInfo, RusticError } from '@rustic-ai/kernel';
import { type ModelEvent, type ModelRequest, replayError } from '@rustic-ai/kernel/contracts';
import { digestOf } from './digest.js';
import type { Recorded } from './recording.js';
import { type Change, changeEvents } from './texts.js';

/**
 * Gives recorded answers, each once and in their order.
 *
 * Throws: what was recorded as thrown; `RUSTIC_MODEL_REPLAY_MISS` for a request without an answer.
 */
export function createPlayer(parts: {
  readonly recording: readonly Recorded[];
  readonly lenient: boolean;
  readonly clean: Change;
  /** Puts back what has a name in the recording. */
  readonly show: Change;
}) {
  const { recording, lenient, clean, show } = parts;
  const left = new Set(recording);
  const find = (model: string, digest: string) => {
    const of = [...left].filter((one) => one.model === model);
    return of.find((one) => one.digest === digest) ?? (lenient ? of[0] : undefined);
  };
  /** `recorded`: the name the model had. */
  return function* (recorded: string, request: ModelRequest): Generator<ModelEvent> {
    const digest = digestOf(request, clean);
    const found = find(recorded, digest);
    if (!found) throw replayError('RUSTIC_MODEL_REPLAY_MISS', { model: request.model, digest, left: left.size });
    left.delete(found);
    yield* changeEvents(found.events, show);
    if (found.error) throw new RusticError(found.error satisfies ErrorInfo);
  };
}
