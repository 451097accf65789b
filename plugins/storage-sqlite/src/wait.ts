import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './failure.js';

/** Runs synchronous work, and again after a pause while the database is locked. */
export type WhenFree = <T>(work: () => T) => Promise<T>;

/**
 * Waits for locks without holding up the event loop.
 *
 * Unit: `limitMs` for one piece of work; pauses are 1 to 20 ms, at random, so that two waiting processes do not meet again.
 * Throws: what the work throws; the lock's own error at the limit.
 */
export const createWhenFree =
  (limitMs: number, monotonicMs: () => number): WhenFree =>
  async (work) => {
    const end = monotonicMs() + limitMs;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || monotonicMs() >= end) throw error;
      }
      await sleep(1 + Math.random() * 19);
    }
  };
