import { createErrors, type ErrorTable } from '../errors.js';

/** What goes wrong with recordings of models. */
// prettier-ignore
export const replayErrors = {
  RUSTIC_MODEL_REPLAY_FILE: { severity: 'error', message: 'The recording {file} can not be used: {reason}', fix: 'Check the path in the options of provider-replay, or record it again.' },
  RUSTIC_MODEL_REPLAY_MISS: { severity: 'error', message: '{model}: the recording has no answer to this request ({digest}); {left} of its answers were not given.', fix: 'Record the session again, or play it back with "match": "lenient".' },
} as const satisfies ErrorTable;
export const replayError = createErrors(replayErrors);
