import type { Complaint } from '@rustic-ai/kernel/contracts';

/** Types and codes of errors in the middle of a stream, which have no status. Source: OpenAI API reference, error codes. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  authentication_error: 401,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  server_error: 500,
  vector_store_timeout: 503,
};
const filters = ['content_filter', 'content_policy_violation'];
/** Compatible servers have no code for it. Source: vLLM and llama.cpp, their messages. */
const tooLong = /maximum context length|context (window|size|length) (is )?exceeded|exceeds? the (available )?context/i;

/** Reads the body of a refusal, or what the SDK threw: both hold the vendor's `error`. */
export function complaintOf(said: unknown): Complaint {
  const told = objectOf(objectOf(said)?.error) ?? {};
  const text = (name: string) => (typeof told[name] === 'string' ? told[name] : undefined);
  const [message, code, parameter] = [text('message') ?? textOf(objectOf(said)?.error), text('code'), text('param')];
  const status =
    statuses[code ?? ''] ?? statuses[text('type') ?? ''] ?? (said instanceof Error ? statusOf(told) : undefined);
  return {
    ...(status && { status }),
    ...(message && { reason: message }),
    ...(parameter && { parameter }),
    ...(filters.includes(code ?? '') && { what: 'filtered' as const }),
    ...((code === 'context_length_exceeded' || tooLong.test(message ?? '')) && { what: 'too long' as const }),
  };
}
/** Any other error that the vendor itself reports in a stream is a failure of its own. */
const statusOf = (told: object) => (Object.keys(told).length > 0 ? 500 : undefined);
const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
