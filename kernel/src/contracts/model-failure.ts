import { isRusticError } from '../errors.js';
import { modelError } from './model-errors.js';

/** An answer of a vendor that is a refusal: what `fetch` throws instead of handing it to the vendor's SDK. */
export class VendorRefusal extends Error {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON; else its text, cut. */
  readonly body: unknown;
  constructor(status: number, headers: Headers, body: unknown) {
    super(`status ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}
/** What a vendor's words mean: each vendor reads its own. What is absent is told by the status. */
export interface Complaint {
  readonly what?: 'too long' | 'filtered' | 'key';
  readonly status?: number;
  readonly parameter?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
}
export interface Failing {
  readonly model: string;
  readonly host: string;
  /** Unit: ms. */
  readonly limitMs: number;
  /** Whether some of the answer was there already. */
  readonly started: boolean;
  /** Taken out of every text. */
  readonly key: string;
}
/** Unit: characters. */
const reasonLimit = 500;

/**
 * Maps what was thrown while a vendor was asked to the contract's table. The key is in none of it.
 *
 * Shape: `read` is given the body of a refusal, or what the SDK threw in the middle of an answer.
 */
export function modelFailure(thrown: unknown, failing: Failing, read: (said: unknown) => Complaint): Error {
  const { model, host, limitMs, started, key } = failing;
  let refusal: VendorRefusal | undefined;
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) {
    if (isRusticError(at)) return at;
    if (at instanceof VendorRefusal) refusal = at;
  }
  const complaint = read(refusal ? refusal.body : thrown);
  const status = refusal?.status ?? complaint.status;
  const reason = clean(complaint.reason || textOfBody(refusal?.body) || rootOf(thrown), key);
  if (complaint.what === 'too long') return modelError('RUSTIC_MODEL_CONTEXT_TOO_LONG', { model, reason });
  if (complaint.what === 'filtered') return modelError('RUSTIC_MODEL_CONTENT_FILTERED', { model, reason });
  if (complaint.what === 'key') return modelError('RUSTIC_MODEL_AUTH', { model });
  if (status === undefined) {
    if (started) return modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason });
    if (isGarbage(thrown)) return modelError('RUSTIC_MODEL_STREAM_INVALID', { reason });
    return modelError('RUSTIC_MODEL_NETWORK', { host, reason });
  }
  const { retryAfterMs = retryAfter(refusal?.headers) } = complaint;
  const wish = retryAfterMs === undefined ? {} : { retryAfterMs };
  // The vendors' texts for this one repeat a part of the key.
  if (status === 401) return modelError('RUSTIC_MODEL_AUTH', { model });
  if (status === 403) return modelError('RUSTIC_MODEL_PERMISSION', { model, reason });
  if (status === 404) return modelError('RUSTIC_MODEL_NOT_FOUND', { model, reason });
  if (status === 408) return modelError('RUSTIC_MODEL_TIMEOUT', { host, limitMs });
  if (status === 413) return modelError('RUSTIC_MODEL_CONTEXT_TOO_LONG', { model, reason });
  if (status === 429) return modelError('RUSTIC_MODEL_RATE_LIMITED', { model, reason, ...wish });
  if (status >= 500) return modelError('RUSTIC_MODEL_OVERLOADED', { model, status, reason, ...wish });
  const parameter = clean(complaint.parameter ?? 'no parameter named', key);
  return modelError('RUSTIC_MODEL_INVALID_REQUEST', { model, reason, parameter });
}

/** Unit: ms; a number of seconds, or a date. Anything else: absent. */
export function retryAfter(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const text = headers?.get('retry-after')?.trim();
  if (!text) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}

/** SDKs throw what `JSON.parse` threw, some wrapped. */
function isGarbage(thrown: unknown): boolean {
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) if (at instanceof SyntaxError) return true;
  return thrown instanceof Error && /\bJSON\b|SyntaxError/.test(thrown.message);
}

const textOfBody = (body: unknown): string => (typeof body === 'string' ? body : '');

/** The innermost cause says what happened to the connection. */
function rootOf(thrown: unknown): string {
  let at = thrown;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  const { code, message } = at as { code?: unknown; message?: string };
  return typeof code === 'string' && !message?.includes(code)
    ? `${code} ${message ?? ''}`.trim()
    : (message ?? String(at));
}

const clean = (text: string, key: string) => (key ? text.replaceAll(key, '[key]') : text).slice(0, reasonLimit);
