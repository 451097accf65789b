import { defineHook, defineService, type HookTypes, type Origin, shape } from '../capability.js';
import { createErrors, type ErrorTable } from '../errors.js';

/** A call that failed goes on: it is tried again, or another member is asked in its place. */
export interface CallRetried {
  readonly operation: string;
  /** The member that failed. */
  readonly name: string;
  /** Of the call that failed. */
  readonly origin: Origin;
  /** The one that comes now, and how many there can be; the first is 1. */
  readonly attempt: number;
  readonly max: number;
  /** Until it comes. Unit: ms. */
  readonly delayMs: number;
  /** What the last one failed with. */
  readonly code: string;
  readonly reason: string;
  /** Who is asked in its place. Absent: the same member again. */
  readonly next?: string;
}
/** `open`: refuses calls for a while. `half-open`: the next call is a trial. */
export type BreakerState = 'closed' | 'open' | 'half-open';
export interface Breaker {
  readonly operation: string;
  readonly name: string;
  readonly state: BreakerState;
}
/** Service `resilience`: what stands between callers and members that fail. */
export interface Resilience {
  /** Those that were ever needed; a member that is not among them is closed. Order: by operation, then by name. */
  breakers(): readonly Breaker[];
}
export const resilience = defineService({ id: 'resilience', version: 1 });

const watched = {
  kind: 'observe',
  timeLimitMs: 5_000,
  answers: { undefined: 'Whatever it returns is ignored.' },
} as const;
export const resilienceHooks = {
  callRetried: defineHook({
    ...watched,
    id: 'call.retried',
    summary: 'When a call that failed is about to be tried again, or another member is asked in its place.',
    payload: shape<CallRetried>(),
  }),
  breakerChanged: defineHook({
    ...watched,
    id: 'breaker.changed',
    summary: 'When a circuit breaker opens, lets a trial through, or closes.',
    payload: shape<Breaker>(),
  }),
};
declare module '../capability.js' {
  interface Services {
    resilience: Resilience;
  }
  interface Hooks extends HookTypes<typeof resilienceHooks> {}
}

/** Refusals of the policy itself. Unit: `retryAfterMs` in the details in ms. */
// prettier-ignore
export const resilienceErrors = {
  RUSTIC_RESILIENCE_OPEN: { severity: 'error', message: '{operation} "{name}" failed too often, so it is left alone for another {retryAfterMs} ms.', fix: 'Wait, or name others under "fallback" in the options of policy-resilience.' },
  RUSTIC_RESILIENCE_FULL: { severity: 'error', message: '{operation} "{name}" has {concurrent} calls under way and {queued} waiting, which is its limit.', fix: 'Wait, or raise "bulkhead" in the options of policy-resilience.' },
  RUSTIC_RESILIENCE_RATE: { severity: 'error', message: '{operation} "{name}" is used up for {retryAfterMs} ms: its limit is {limit} {unit} in a minute.', fix: 'Wait, or raise "rate" in the options of policy-resilience.' },
} as const satisfies ErrorTable;
export const resilienceError = createErrors(resilienceErrors);
