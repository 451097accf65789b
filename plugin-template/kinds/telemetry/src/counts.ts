/** How often a tool was called, how often that failed, and how long all of it took. */
export interface Counts {
  readonly calls: number;
  readonly failed: number;
  /** Unit: ms. */
  readonly totalMs: number;
}
const none: Counts = { calls: 0, failed: 0, totalMs: 0 };

/** The counts of a tool after one more call. */
export const counted = (
  before: Counts = none,
  call: { readonly durationMs: number; readonly error?: unknown },
): Counts => ({
  calls: before.calls + 1,
  failed: before.failed + (call.error === undefined ? 0 : 1),
  totalMs: before.totalMs + call.durationMs,
});
