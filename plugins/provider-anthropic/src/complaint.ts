import type { Complaint } from '@rustic-ai/kernel/contracts';

/** In the middle of a stream there is no status. Source: Anthropic API reference, "Errors". */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 403,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};
const tooLong = /prompt is too long|exceed(s|ed)? (the )?(context|maximum)|context window/i;
const filtered = /content filter/i;
/** `messages.1.content: …`, `temperature: …`, `` `top_p` cannot … ``. */
const named = /^`?([a-z_]+(?:\.[\w-]+)*)`?(?:: | (?:may|must|can|is|and|should)\b)/;

/** Reads the body of a refusal, or what the SDK threw in the middle of a stream: its `error` is such a body. */
export function complaintOf(said: unknown): Complaint {
  const body = said instanceof Error ? (said as { readonly error?: unknown }).error : said;
  const { type, message } = toldIn(body);
  const status = statuses[type ?? ''] ?? (type === undefined ? undefined : 500);
  const parameter = type === 'invalid_request_error' ? named.exec(message ?? '')?.[1] : undefined;
  return {
    ...(status && { status }),
    ...(message && { reason: message }),
    ...(parameter && { parameter }),
    ...(filtered.test(message ?? '') && { what: 'filtered' as const }),
    ...(tooLong.test(message ?? '') && { what: 'too long' as const }),
  };
}
function toldIn(body: unknown): { readonly type?: string; readonly message?: string } {
  const told = (body as { readonly error?: unknown } | null | undefined)?.error;
  if (typeof told !== 'object' || told === null) return {};
  const { type, message } = told as { readonly type?: unknown; readonly message?: unknown };
  return { ...(typeof type === 'string' && { type }), ...(typeof message === 'string' && { message }) };
}
