import type { Complaint } from '@rustic-ai/kernel/contracts';

interface Told {
  readonly status?: unknown;
  readonly message: string;
  readonly errorDetails?: readonly { readonly reason?: string; readonly retryDelay?: string }[];
}
const tooLong = /token count.*exceeds/i;
const named = /\bat '([\w.]+)'/;

/** What the vendor means by what the SDK threw. What is absent is told by the status; no status is the network. */
export function complaintOf(thrown: unknown): Complaint {
  if (!(thrown instanceof Error)) return {};
  const { status, message, errorDetails: details = [] } = thrown as Told;
  if (typeof status !== 'number') return {};
  const seconds = Number.parseFloat(details.find(({ retryDelay }) => retryDelay)?.retryDelay ?? '');
  const parameter = named.exec(message)?.[1];
  return {
    status,
    reason: message,
    ...(parameter && { parameter }),
    ...(seconds >= 0 && { retryAfterMs: seconds * 1_000 }),
    ...(details.some(({ reason }) => reason === 'API_KEY_INVALID') && { what: 'key' as const }),
    ...(tooLong.test(message) && { what: 'too long' as const }),
  };
}
