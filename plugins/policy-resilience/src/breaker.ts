import { type BreakerState, resilienceError } from '@rustic-ai/kernel/contracts';
import type { Json } from '@rustic-ai/kernel';
import { circuitBreaker, CircuitState, handleWhen, type IBreaker } from 'cockatiel';

/** How an attempt ended, to a breaker; `unknown`: somebody ended it before that could be seen. */
export type Verdict = 'ok' | 'fault' | 'unknown';
export interface CircuitBreaker {
  /** Lets an attempt through; its verdict is to be given once. Throws: `RUSTIC_RESILIENCE_OPEN`. */
  enter(): (verdict: Verdict) => void;
  /** A fault of an attempt whose verdict was `ok`. */
  fault(): void;
  state(): BreakerState;
  /** To be given to another process. */
  kept(): Json;
}

const states: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};
const fault = new Error('fault');
const unseen = new Error('nobody saw how it ended');

/** The breaker of one member. `before`: what another one kept; what can't be read is none. */
export function createBreaker(parts: {
  readonly operation: string;
  readonly name: string;
  readonly failures: number;
  /** Unit: ms. */
  readonly openMs: number;
  readonly before?: Json | undefined;
  readonly changed: (state: BreakerState) => void;
}): CircuitBreaker {
  const { operation, name, failures, openMs, changed } = parts;
  let underWay = 0;
  const make = (initialState?: Json) =>
    circuitBreaker(
      handleWhen((error) => error === fault),
      {
        halfOpenAfter: openMs,
        breaker: createTally(failures, () => underWay),
        ...(initialState !== undefined && { initialState: initialState as object }),
      },
    );
  const policy = isKept(parts.before) ? make(parts.before) : make();
  let openedAt = isKept(parts.before) ? (parts.before.ownState.openedAt ?? 0) : 0;
  policy.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = Date.now();
    changed(states[state]);
  });
  const refusal = () => {
    const retryAfterMs = Math.max(1, openedAt + openMs - Date.now());
    return resilienceError('RUSTIC_RESILIENCE_OPEN', { operation, name, retryAfterMs });
  };
  return {
    enter() {
      // cockatiel would let others wait for the trial, deaf to their signals.
      if (policy.state === CircuitState.HalfOpen) throw refusal();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let entered = false;
      const passing = policy.execute(() => {
        entered = true;
        return promise;
      });
      passing.catch(() => {});
      if (!entered) throw refusal();
      underWay++;
      return (verdict) => {
        underWay--;
        if (verdict === 'ok') resolve();
        // A trial that nobody saw the end of proves nothing: it counts as failed, and there will be another.
        else reject(verdict === 'fault' || policy.state === CircuitState.HalfOpen ? fault : unseen);
      };
    },
    fault() {
      if (policy.state === CircuitState.Closed) policy.execute(() => Promise.reject(fault)).catch(() => {});
    },
    state() {
      const isOver = policy.state === CircuitState.Open && Date.now() >= openedAt + openMs;
      return isOver ? 'half-open' : states[policy.state];
    },
    kept: () => policy.toJSON() as unknown as Json,
  };
}

/**
 * Counts failures in a row. Failures are often quicker than answers: of many calls under way, half of them must fail in a
 * row before it opens.
 */
function createTally(failures: number, underWay: () => number): IBreaker & { state: number } {
  const tally = {
    state: 0,
    success: () => void (tally.state = 0),
    failure: () => ++tally.state >= Math.max(failures, underWay() / 2),
  };
  return tally;
}

/** What `kept` gave: other shapes are those of another version. */
function isKept(value: Json | undefined): value is { readonly ownState: { readonly openedAt?: number } } {
  const own = (value as { readonly ownState?: { readonly value?: unknown; readonly openedAt?: unknown } } | undefined)
    ?.ownState;
  return own?.value === CircuitState.Open && typeof own.openedAt === 'number';
}
