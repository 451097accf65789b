import { isRusticError } from '@rustic-ai/kernel';
import { modelError } from '@rustic-ai/kernel/contracts';

export interface Failing {
  readonly model: string;
  readonly host: string;
  readonly limitMs: number;
  /** Whether some of the answer was there already. */
  readonly started: boolean;
  /** Taken out of every text. */
  readonly key: string;
}
/** What the vendor's SDK throws, as far as it is read here. */
interface VendorError {
  readonly name?: string;
  readonly status?: number;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly message?: string;
  readonly headers?: Headers;
  readonly cause?: unknown;
}

/**
 * Maps what the SDK throws to the contract's table. The key is in none of it.
 *
 * Source: OpenAI API reference, error codes, 2026-10.
 */
export function failureOf(thrown: unknown, { model, host, limitMs, started, key }: Failing): Error {
  const error = thrown as VendorError;
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) if (isRusticError(at)) return at;
  const reason = clean(error.message ?? String(thrown), key);
  const { status } = error;
  // The vendor's text for this one repeats a part of the key.
  if (status === 401) return modelError('RUSTIC_MODEL_AUTH', { model });
  if (status === 403) return modelError('RUSTIC_MODEL_PERMISSION', { model, reason });
  if (status === 404) return modelError('RUSTIC_MODEL_NOT_FOUND', { model, reason });
  if (status === 429) return modelError('RUSTIC_MODEL_RATE_LIMITED', { model, reason, ...retryAfter(error.headers) });
  if (status === 408 || error.name === 'APIConnectionTimeoutError' || reason.startsWith('Request timed out'))
    return modelError('RUSTIC_MODEL_TIMEOUT', { host, limitMs });
  if (status !== undefined && status >= 500)
    return modelError('RUSTIC_MODEL_OVERLOADED', { model, status, reason, ...retryAfter(error.headers) });
  if (error.code === 'context_length_exceeded') return modelError('RUSTIC_MODEL_CONTEXT_TOO_LONG', { model, reason });
  if (error.code === 'content_filter' || error.code === 'content_policy_violation')
    return modelError('RUSTIC_MODEL_CONTENT_FILTERED', { model, reason });
  if (status !== undefined)
    return modelError('RUSTIC_MODEL_INVALID_REQUEST', {
      model,
      reason,
      parameter: error.param ?? 'no parameter named',
    });
  const root = clean(rootOf(thrown), key);
  if (started) return modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: root });
  if (thrown instanceof SyntaxError) return modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: root });
  return modelError('RUSTIC_MODEL_NETWORK', { host, reason: root });
}

/** Unit: ms; a number of seconds, or a date. Anything else: absent. */
export function retryAfter(headers: Headers | undefined): { retryAfterMs?: number } {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return { retryAfterMs: exact };
  const text = headers?.get('retry-after')?.trim();
  if (!text) return {};
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, Math.round(ms)) } : {};
}

/** The innermost cause says what happened to the connection. */
function rootOf(thrown: unknown): string {
  let at = thrown;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  const { code, message } = at as { code?: string; message?: string };
  return code && !message?.includes(code) ? `${code} ${message ?? ''}`.trim() : (message ?? String(at));
}

const clean = (text: string, key: string) => (key ? text.replaceAll(key, '[key]') : text).slice(0, 500);
