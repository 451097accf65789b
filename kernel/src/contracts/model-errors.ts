import { createErrors, type ErrorTable } from '../errors.js';

/** What a provider throws before `start`, or puts into `finish`. */
export const modelErrors = {
  RUSTIC_MODEL_STREAM_INCOMPLETE: {
    severity: 'error',
    message: 'The model stopped in the middle of its answer: {reason}',
    fix: 'Run it again; what it said so far is kept.',
  },
  RUSTIC_MODEL_STREAM_INVALID: {
    severity: 'error',
    message: 'The model sent something that is no answer: {reason}',
    fix: 'Check that the address is that of a model server.',
  },
  RUSTIC_MODEL_IDLE: {
    severity: 'error',
    message: 'The model sent nothing for {limitMs} ms.',
    fix: 'Run it again, or choose another model.',
  },
  RUSTIC_MODEL_SCENARIO: {
    severity: 'error',
    message: '{file}:{line}:{column}: {reason}',
    fix: 'Correct the scenario file.',
  },
} as const satisfies ErrorTable;
export const modelError = createErrors(modelErrors);
