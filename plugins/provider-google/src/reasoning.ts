import { randomUUID } from 'node:crypto';
import type { Json } from '@rustic-ai/kernel/contracts';

/** Source: Google, "Thought signatures": stands for the signature of a call that another model made. */
export const unsigned = 'skip_thought_signature_validator';

/** What the vendor wants back with a part, under its own name. */
export interface Kept {
  readonly thoughtSignature?: string;
  /** The part was a thought itself. */
  readonly thought?: true;
}
export const vendorOf = (kept: Kept): { readonly vendor?: Json } =>
  kept.thoughtSignature ? { vendor: { google: { ...kept } } } : {};
export function keptOf(vendor: Json | undefined): Kept {
  const kept = (vendor as { readonly google?: Kept } | null | undefined)?.google;
  return typeof kept === 'object' && kept !== null ? kept : {};
}

/** The vendor does not always name its calls; others find their results by it. */
const made = 'made_';
export const idOf = (id: string | undefined): string => id || `${made}${randomUUID()}`;
/** What goes back: only the vendor's own ids. */
export const ownId = (id: string): { readonly id?: string } => (id.startsWith(made) ? {} : { id });
