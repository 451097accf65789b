import type { ToolStats } from '@rustic-ai/kernel/contracts';

/** What is kept of a tool: counts that can be added up. */
export interface Count extends Omit<ToolStats, 'name' | 'halfMs' | 'mostMs'> {
  /** How many calls took at most 2 to the power of the place, in ms. */
  readonly took: readonly number[];
}
/** What one call adds. */
export interface Called {
  readonly durationMs: number;
  readonly at: string;
  /** Absent: it gave a result. */
  readonly code?: string | undefined;
  readonly cached: boolean;
}
/** 2 to the power of 20 ms are 17 minutes, which no call may take. */
const places = 21;

export function countOf({ durationMs, at, code, cached }: Called): Count {
  const denied = code !== undefined && /^RUSTIC_(?:PERMISSION|GATE)_/.test(code);
  const timedOut = code === 'RUSTIC_OPERATION_TIMEOUT' || code === 'RUSTIC_TOOL_TIMEOUT';
  const place = Math.min(places - 1, Math.max(0, Math.ceil(Math.log2(Math.max(1, durationMs)))));
  return {
    calls: 1,
    denied: Number(denied),
    timedOut: Number(timedOut),
    failed: Number(code !== undefined && !denied && !timedOut),
    cached: Number(cached),
    totalMs: durationMs,
    longestMs: durationMs,
    took: Array.from({ length: places }, (_, index) => Number(index === place)),
    firstAt: at,
    lastAt: at,
  };
}

export const added = (a: Count, b: Count): Count => ({
  calls: a.calls + b.calls,
  denied: a.denied + b.denied,
  timedOut: a.timedOut + b.timedOut,
  failed: a.failed + b.failed,
  cached: a.cached + b.cached,
  totalMs: a.totalMs + b.totalMs,
  longestMs: Math.max(a.longestMs, b.longestMs),
  took: a.took.map((count, place) => count + (b.took[place] ?? 0)),
  firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
  lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
});

export function statsOf(name: string, { took, ...count }: Count): ToolStats {
  const within = (share: number) => {
    let seen = 0;
    return 2 ** took.findIndex((calls) => (seen += calls) >= share * count.calls);
  };
  const round = (ms: number) => Math.round(ms * 10) / 10;
  return {
    name,
    ...{ ...count, totalMs: round(count.totalMs), longestMs: round(count.longestMs) },
    halfMs: within(0.5),
    mostMs: within(0.95),
  };
}
