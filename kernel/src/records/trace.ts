import { sha256 } from '../digest.js';
import type { Change, TapTimes } from '../hooks.js';
import { createOutbox } from './outbox.js';

/** What one tap of a transform changed. A tap that changed nothing leaves no row. */
export interface TraceRow {
  /** ISO 8601, UTC. */
  readonly ts: string;
  readonly hook: string;
  readonly plugin: string;
  readonly version: string;
  /** The session and turn it happened in, where it was in one. */
  readonly session?: string;
  readonly turn?: number;
  /** The call whose value was changed. */
  readonly call?: string;
  /** JSON pointer to the smallest part that holds every change; empty for the whole value. */
  readonly path: string;
  /** sha-256 of that part's JSON; of nothing where it was not there. */
  readonly before: string;
  readonly after: string;
  /** Unit: ms. */
  readonly durationMs: number;
}
/** Where traces are kept. */
export interface TraceStore {
  append(rows: readonly TraceRow[]): Promise<void>;
  addTimes(times: readonly TapTimes[]): Promise<void>;
}
/** Takes down what transforms change; it is compared, digested and written off their path. */
export interface Trace {
  record(change: Change): void;
  /** Writes what is left, and what taps took. Throws: what the store throws. */
  close(times: readonly TapTimes[]): Promise<void>;
}

export function createTrace(parts: {
  readonly now: () => number;
  readonly version: (plugin: string) => string;
  readonly store: () => Promise<TraceStore>;
  readonly onFailure: (error: unknown) => void;
}): Trace {
  const outbox = createOutbox<{ readonly timeMs: number; readonly change: Change }>(async (items) => {
    // Not at the top: imported as a module, it loads all that it exports, a quarter of what the kernel costs.
    const { isDeepStrictEqual } = await import('node:util');
    const rows = items.flatMap(({ timeMs, change }): readonly TraceRow[] => {
      const { hook, plugin, about, durationMs } = change;
      const part = smallest(isDeepStrictEqual, change.before, change.after);
      if (!part) return [];
      const ts = new Date(timeMs).toISOString();
      const [before, after] = [digestOf(part.before), digestOf(part.after)];
      return [
        { ts, hook, plugin, version: parts.version(plugin), ...about, path: part.path, before, after, durationMs },
      ];
    });
    if (rows.length > 0) await (await parts.store()).append(rows);
  }, parts.onFailure);
  return {
    // A trace may lose its end while its store fails; a turn does not stop for that.
    record: (change) => void outbox.push({ timeMs: parts.now(), change }),
    async close(times) {
      await outbox.flush();
      const timed = times.filter((one) => one.timed > 0);
      if (timed.length > 0) await (await parts.store()).addTimes(timed);
    },
  };
}

const digestOf = (value: unknown) => sha256(value === undefined ? '' : JSON.stringify(value));

/** The smallest part of a JSON value that holds every change of it, by JSON pointer. Source: RFC 6901. */
function smallest(
  isEqual: (a: unknown, b: unknown) => boolean,
  before: unknown,
  after: unknown,
  path = '',
): { path: string; before: unknown; after: unknown } | undefined {
  if (isEqual(before, after)) return undefined;
  const whole = { path, before, after };
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return whole;
  if (Array.isArray(before) !== Array.isArray(after)) return whole;
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const changed = Object.keys({ ...old, ...now }).filter((key) => !isEqual(old[key], now[key]));
  const [key] = changed;
  if (key === undefined || changed.length > 1) return whole;
  return smallest(isEqual, old[key], now[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}
