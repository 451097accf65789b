import type { Json } from '@rustic-ai/kernel';
import { type Breaker, resilienceError } from '@rustic-ai/kernel/contracts';
import { createBreaker, type CircuitBreaker, type Verdict } from './breaker.js';
import { type Bulkhead, createBulkhead } from './bulkhead.js';
import { pause } from './delay.js';
import { type Budget, createBudget } from './rate.js';
import type { Policy } from './policy.js';

/** An attempt that was let through. */
export interface Pass {
  /** To be given once. */
  verdict(verdict: Verdict): void;
  /** A fault after the verdict `ok`. */
  fault(): void;
  /** What it took of the budget for tokens. */
  spent(tokens: number): void;
  /** Gives its place back. Idempotent. */
  leave(): void;
}
/** What stands before one member. */
interface Door {
  readonly operation: string;
  readonly name: string;
  readonly breaker: CircuitBreaker | undefined;
  readonly bulkhead: Bulkhead | undefined;
  readonly requests: Budget | undefined;
  readonly tokens: Budget | undefined;
}
export interface Doors {
  /**
   * Waits until a member may be called. `patient`: waits for a budget, up to the policy's cap; else it is refused at once.
   *
   * Throws: `RUSTIC_RESILIENCE_*`. Cancel: throws the signal's reason.
   */
  enter(to: { readonly operation: string; readonly name: string }, policy: Policy, wait: Waiting): Promise<Pass>;
  breakers(): readonly Breaker[];
}
interface Waiting {
  readonly signal: AbortSignal;
  readonly patient: boolean;
}

export function createDoors(parts: {
  /** A clock that never goes back. Unit: ms. */
  readonly now: () => number;
  /** What breakers of earlier processes kept, by `keyOf`. */
  readonly before: ReadonlyMap<string, Json>;
  readonly policyOf: (operation: string, name: string) => Policy | undefined;
  readonly changed: (breaker: Breaker, kept: () => Json) => void;
}): Doors {
  const { now, before, policyOf, changed } = parts;
  const doors = new Map<string, Door>();
  const open = ({ operation, name }: { readonly operation: string; readonly name: string }, policy: Policy): Door => {
    const key = keyOf(operation, name);
    const known = doors.get(key);
    if (known) return known;
    const { requestsPerMinute, tokensPerMinute } = policy.rate ?? {};
    const breaker =
      policy.breaker.failures > 0
        ? createBreaker({
            ...{ operation, name, ...policy.breaker, before: before.get(key) },
            changed: (state) => changed({ operation, name, state }, () => door.breaker?.kept() ?? null),
          })
        : undefined;
    const door: Door = {
      operation,
      name,
      breaker,
      bulkhead: policy.bulkhead && createBulkhead({ operation, name, ...policy.bulkhead }),
      requests: requestsPerMinute ? createBudget(requestsPerMinute, now) : undefined,
      tokens: tokensPerMinute ? createBudget(tokensPerMinute, now) : undefined,
    };
    doors.set(key, door);
    return door;
  };
  for (const key of before.keys()) {
    const [, operation = '', ...name] = key.split('/');
    const policy = policyOf(operation, name.join('/'));
    if (policy) open({ operation, name: name.join('/') }, policy);
  }
  /** The first budget that has nothing left, as the refusal to wait for it. */
  const usedUp = ({ operation, name, requests, tokens }: Door) => {
    for (const [unit, budget] of Object.entries({ requests, tokens })) {
      const retryAfterMs = budget?.waitMs() ?? 0;
      if (budget && retryAfterMs > 0) return { operation, name, unit, retryAfterMs, limit: budget.perMinute };
    }
    return undefined;
  };
  return {
    async enter(to, policy, wait) {
      const door = open(to, policy);
      const { breaker, bulkhead, requests, tokens } = door;
      // Nobody waits for a place before a breaker that is open.
      if (breaker?.state() === 'open') breaker.enter();
      const leave = await bulkhead?.enter(wait.signal);
      try {
        for (let spent = usedUp(door); spent; spent = usedUp(door)) {
          if (!wait.patient || spent.retryAfterMs > policy.retry.capMs)
            throw resilienceError('RUSTIC_RESILIENCE_RATE', spent);
          await pause(spent.retryAfterMs, wait.signal);
        }
        // Nothing is waited for between the look and the taking: what one saw is not taken by another.
        const verdict = breaker?.enter();
        requests?.take(1);
        return {
          verdict: (said) => verdict?.(said),
          fault: () => breaker?.fault(),
          spent: (amount) => tokens?.take(amount),
          leave: () => leave?.(),
        };
      } catch (error) {
        leave?.();
        throw error;
      }
    },
    breakers: () =>
      [...doors.values()]
        .flatMap(({ operation, name, breaker }) => (breaker ? [{ operation, name, state: breaker.state() }] : []))
        .toSorted((a, b) => (keyOf(a.operation, a.name) < keyOf(b.operation, b.name) ? -1 : 1)),
  };
}

export const keyOf = (operation: string, name: string): string => `breaker/${operation}/${name}`;
