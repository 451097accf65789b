import { errorInfo, type Call } from '@rustic-ai/kernel';
import type { CallRetried } from '@rustic-ai/kernel/contracts';
import { delayAfter, pause } from './delay.js';
import type { Doors, Pass } from './doors.js';
import { maySwitch, wishOf } from './failure.js';
import type { Policy } from './policy.js';

/** A call that is made until it succeeds, or nothing is left to try. */
export interface Work<T> {
  readonly operation: string;
  readonly name: string;
  readonly call: Call;
  readonly policy: Policy;
  /** Whether it may be made more than once. */
  readonly repeatable: boolean;
  /** Who may be asked in its place, one after the other. */
  readonly others: readonly string[];
  /** One attempt. It gives the pass back when it is over, also when it throws. */
  attempt(pass: Pass): Promise<T>;
  /** Asks another member, because of a failure. */
  instead(name: string, failure: unknown): Promise<T>;
}
export interface Persistence {
  readonly doors: Doors;
  /** Whether an error may pass by itself. */
  readonly counts: (error: unknown) => boolean;
  readonly told: (retried: CallRetried) => void;
}

/**
 * Makes a call: again after failures that may pass, then through others.
 *
 * Throws: what the member itself failed with last, when nobody else could do it either.
 * Cancel: an aborted signal ends every wait at once, with its reason; nothing is tried after it.
 */
export async function persist<T>(work: Work<T>, parts: Persistence): Promise<T> {
  try {
    return await attempts(work, parts);
  } catch (failure) {
    return askOthers(work, parts, failure);
  }
}

async function attempts<T>(work: Work<T>, { doors, counts, told }: Persistence): Promise<T> {
  const { policy, call, others } = work;
  const { signal } = call;
  const max = work.repeatable ? policy.retry.attempts : 1;
  for (let attempt = 1; ; attempt++) {
    // Who could be asked instead is not waited for.
    const pass = await doors.enter(work, policy, { signal, patient: others.length === 0 });
    try {
      return await work.attempt(pass);
    } catch (failure) {
      if (signal.aborted || attempt === max || !counts(failure)) throw failure;
      const wishMs = wishOf(failure);
      if (wishMs !== undefined && wishMs > policy.retry.capMs && others.length > 0) throw failure;
      const delayMs = delayAfter(attempt, policy.retry, wishMs, Math.random());
      told({ ...about(work, failure), attempt: attempt + 1, max, delayMs });
      await pause(delayMs, signal);
    }
  }
}

async function askOthers<T>(work: Work<T>, { told }: Persistence, first: unknown): Promise<T> {
  const { others, call } = work;
  let failure = first;
  for (const [index, next] of others.entries()) {
    if (call.signal.aborted || !maySwitch(failure)) break;
    told({ ...about(work, failure), attempt: index + 2, max: others.length + 1, delayMs: 0, next });
    try {
      return await work.instead(next, failure);
    } catch (error) {
      failure = error;
    }
  }
  throw call.signal.aborted ? call.signal.reason : first;
}

function about({ operation, name, call }: Work<unknown>, failure: unknown) {
  const { code, message: reason } = errorInfo(failure);
  return { operation, name, origin: call.origin, code, reason };
}
