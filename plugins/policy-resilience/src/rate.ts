/** A budget that fills up evenly: a whole minute's worth at first, and never more than that. */
export interface Budget {
  readonly perMinute: number;
  /** Until something is there. Unit: ms; 0: now. */
  waitMs(): number;
  /** May take more than there is: then it is in debt. */
  take(amount: number): void;
}

/** `now`: a clock that never goes back. Unit: ms. */
export function createBudget(perMinute: number, now: () => number): Budget {
  const perMs = perMinute / 60_000;
  let left = perMinute;
  let seenMs = now();
  const fill = () => {
    const nowMs = now();
    left = Math.min(perMinute, left + (nowMs - seenMs) * perMs);
    seenMs = nowMs;
  };
  return {
    perMinute,
    waitMs() {
      fill();
      // A hair of tolerance: a timer that fires on time finds what it waited for.
      return left > 1 - 1e-6 ? 0 : Math.ceil((1 - left) / perMs);
    },
    take(amount) {
      fill();
      left -= amount;
    },
  };
}
