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
/** What holds for all members of an operation, and where some of them differ. */
export interface Policies extends Policy {
  readonly each?: {
    readonly [name: string]: Partial<Omit<Policy, 'retry' | 'breaker'>> & {
      readonly retry?: Partial<Policy['retry']>;
      readonly breaker?: Partial<Policy['breaker']>;
    };
  };
}

export function policyFor(policies: Policies | undefined, name: string): Policy | undefined {
  const own = policies?.each && Object.hasOwn(policies.each, name) ? policies.each[name] : undefined;
  if (!policies || !own) return policies;
  const { retry, breaker } = policies;
  return { ...policies, ...own, retry: { ...retry, ...own.retry }, breaker: { ...breaker, ...own.breaker } };
}

/** All members that policies name. */
export const named = (policies: Policies | undefined): readonly string[] => [
  ...(policies?.fallback ?? []),
  ...Object.entries(policies?.each ?? {}).flatMap(([name, { fallback = [] }]) => [name, ...fallback]),
];
