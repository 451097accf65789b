import { createErrors, type ErrorTable } from '../errors.js';

/**
 * What a provider throws before `start`, or puts into `finish`. Every vendor's failures are mapped to these.
 *
 * Unit: `retryAfterMs` in the details is the vendor's own wish in ms; absent when it has none.
 */
// prettier-ignore
export const modelErrors = {
  RUSTIC_MODEL_AUTH: { severity: 'error', message: '{model}: the vendor refuses the key.', fix: 'Check the key, and that it belongs to this address.' },
  RUSTIC_MODEL_PERMISSION: { severity: 'error', message: '{model}: the key may not do this: {reason}', fix: 'Use a key with that right, or another model.' },
  RUSTIC_MODEL_NOT_FOUND: { severity: 'error', message: '{model}: the vendor does not know it: {reason}', fix: 'Check the name of the model and the address in the options of the provider.' },
  RUSTIC_MODEL_RATE_LIMITED: { severity: 'error', message: '{model}: too many requests: {reason}', fix: 'Wait and run it again; the plugin policy-resilience does that by itself.' },
  RUSTIC_MODEL_OVERLOADED: { severity: 'error', message: '{model}: the vendor failed with status {status}: {reason}', fix: 'Run it again later; the plugin policy-resilience does that by itself.' },
  RUSTIC_MODEL_CONTEXT_TOO_LONG: { severity: 'error', message: '{model}: the conversation is too long: {reason}', fix: 'Start a new session, or use a model with a larger window.' },
  RUSTIC_MODEL_CONTENT_FILTERED: { severity: 'error', message: '{model}: the vendor filtered it: {reason}', fix: 'Say it in another way.' },
  RUSTIC_MODEL_INVALID_REQUEST: { severity: 'error', message: '{model}: the request is not valid: {reason} ({parameter})', fix: 'Change that parameter, or use a model that takes it.' },
  RUSTIC_MODEL_NETWORK: { severity: 'error', message: '{host} can not be reached: {reason}', fix: 'Check the address and the connection; the plugin policy-resilience tries again by itself.' },
  RUSTIC_MODEL_TIMEOUT: { severity: 'error', message: '{host} did not answer within {limitMs} ms.', fix: 'Run it again, or raise timeoutMs in the options of the provider.' },
  RUSTIC_MODEL_STREAM_INCOMPLETE: { severity: 'error', message: 'The model stopped in the middle of its answer: {reason}', fix: 'Run it again; what it said so far is kept. The plugin policy-resilience does that by itself.' },
  RUSTIC_MODEL_STREAM_INVALID: { severity: 'error', message: 'The model sent something that is no answer: {reason}', fix: 'Check that the address is that of a model server.' },
  RUSTIC_MODEL_IDLE: { severity: 'error', message: 'The model sent nothing for {limitMs} ms.', fix: 'Run it again, or choose another model.' },
  RUSTIC_MODEL_SCENARIO: { severity: 'error', message: '{file}:{line}:{column}: {reason}', fix: 'Correct the scenario file.' },
} as const satisfies ErrorTable;
export const modelError = createErrors(modelErrors);
