import type { Complaint } from '@rustic-ai/kernel/contracts';

interface Refusal {
  readonly error?: { readonly message?: string; readonly about?: string };
}

/** What the vendor says when it refuses, as far as its status does not say it. */
export function complaintOf(said: unknown): Complaint {
  const { message = '', about } = (said as Refusal | null | undefined)?.error ?? {};
  return {
    ...(message && { reason: message }),
    ...(about && { parameter: about }),
    ...(/longer than \d+ tokens/.test(message) && { what: 'too long' as const }),
  };
}
