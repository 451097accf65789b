import type { Delays } from './delay.js';

/** What the options say of the calls of one operation. */
export interface Policy {
  readonly retry: Delays & { readonly attempts: number };
  readonly breaker: {
    /** 0: no breaker. */
    readonly failures: number;
    /** Unit: ms. */
    readonly openMs: number;
  };
  readonly bulkhead?: { readonly concurrent: number; readonly queued: number };
  readonly rate?: { readonly requestsPerMinute?: number; readonly tokensPerMinute?: number };
  /** Members that are asked in the place of one that failed, in this order. */
  readonly fallback: readonly string[];
}
