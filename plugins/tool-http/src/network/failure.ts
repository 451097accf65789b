import { isRusticError } from '@rustic-ai/kernel';
import { httpError } from '@rustic-ai/kernel/contracts';

/** When it went wrong. `body`: after the head of the answer had come. */
export type Phase = 'head' | 'body';

/** Of these, a server was there and what it sent is at fault. Source: undici, lib/core/errors.js; llhttp, `HPE_*`. */
const answered = /^(?:HPE_|UND_ERR_(?!CONNECT_TIMEOUT)|ECONNRESET$|EPIPE$)/;

/** A failed exchange in our words. What was thrown for a reason of its own stays. */
export function failureOf(error: unknown, url: URL, phase: Phase): unknown {
  if (isRusticError(error)) return error;
  const { code = '', errors } = error as NodeJS.ErrnoException & { errors?: readonly Error[] };
  const [first] = Array.isArray(errors) ? (errors as readonly Error[]) : [];
  const { message } = first ?? (error as Error);
  const reason = message && code && !message.includes(code) ? `${message} (${code})` : message || code;
  const spoke = answered.test(code) || (error as Error).name === 'HTTPParserError';
  return phase === 'head' && !spoke
    ? httpError('RUSTIC_HTTP_CONNECT', { origin: url.origin, reason }, error)
    : httpError('RUSTIC_HTTP_RESPONSE', { url: url.href, reason }, error);
}
