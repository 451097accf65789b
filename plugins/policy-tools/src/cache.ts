import type { Json } from '@rustic-ai/kernel';
import type { ToolResult } from '@rustic-ai/kernel/contracts';

interface Kept {
  readonly result: ToolResult;
  readonly bytes: number;
  readonly untilMs: number;
}
/** Results of tools that say how long theirs hold, in memory. */
export interface ResultCache {
  /** Undefined: there is none that still holds. */
  get(name: string, input: Json): ToolResult | undefined;
  /** Keeps a result, unless something was changed since `begun`, when it began to be made. */
  put(name: string, input: Json, result: ToolResult, of: { readonly holdsMs: number; readonly begun: number }): void;
  /** Something was changed: none of them holds any more. */
  clear(): void;
  /** How often something was changed. */
  readonly changes: number;
}

/** The least recently used go first. Unit: `now` in ms, never going back. */
export function createCache({
  entries,
  bytes,
  now,
}: {
  readonly entries: number;
  readonly bytes: number;
  readonly now: () => number;
}): ResultCache {
  const kept = new Map<string, Kept>();
  let size = 0;
  let changes = 0;
  const drop = (key: string) => {
    size -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return {
    get(name, input) {
      const key = keyOf(name, input);
      const found = kept.get(key);
      if (!found) return undefined;
      drop(key);
      if (found.untilMs <= now()) return undefined;
      kept.set(key, found);
      size += found.bytes;
      return found.result;
    },
    get changes() {
      return changes;
    },
    put(name, input, result, { holdsMs, begun }) {
      if (begun !== changes) return;
      const key = keyOf(name, input);
      const one = { result, bytes: Buffer.byteLength(JSON.stringify(result)) + key.length, untilMs: now() + holdsMs };
      drop(key);
      if (one.bytes > bytes) return;
      kept.set(key, one);
      size += one.bytes;
      for (const oldest of kept.keys()) {
        if (kept.size <= entries && size <= bytes) break;
        drop(oldest);
      }
    },
    clear() {
      changes++;
      kept.clear();
      size = 0;
    },
  };
}

/** The same for the same input, in whatever order its keys stand. */
const keyOf = (name: string, input: Json): string => `${name} ${JSON.stringify(input, sorted)}`;
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
