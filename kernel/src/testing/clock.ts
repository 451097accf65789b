import type { Host } from '../host.js';

/** A clock that stands still until it is moved: `createTestKernel({ host: clock })`. */
export interface TestClock extends Pick<Host, 'now' | 'monotonicMs'> {
  /** Moves both times on. Timers are not moved. Unit: ms. */
  advance(ms: number): void;
}

/** Unit: `startMs` in ms since 1970. Default: noon of 2026-03-04. */
export function createTestClock(startMs = Date.parse('2026-03-04T12:00:00.000Z')): TestClock {
  let passedMs = 0;
  return {
    now: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time can not be moved by ${ms} ms`);
      passedMs += ms;
    },
  };
}
