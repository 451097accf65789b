import { errorInfo, isRusticError, type Json } from '@rustic-ai/kernel';
import type { KeyValue, ToolStatistics } from '@rustic-ai/kernel/contracts';
import { added, type Called, type Count, countOf, statsOf } from './count.js';

export interface Statistics extends ToolStatistics {
  add(name: string, called: Called): void;
  /** Writes what was counted since. What can't be written is tried again with what comes next. */
  keep(): Promise<void>;
}
const prefix = 'count/';
/** How often a value is read again because another process was faster. */
const tries = 20;

/** Counts in memory, and adds that to what processes before counted. Without `values`: as long as this one lives. */
export function createStatistics(values: KeyValue | undefined, say: (message: string) => void): Statistics {
  const counted = new Map<string, Count>();
  let keeping: Promise<unknown> = Promise.resolve();
  const plus = (name: string, count: Count) => {
    const before = counted.get(name);
    counted.set(name, before ? added(before, count) : count);
  };
  const write = async (to: KeyValue, name: string, count: Count) => {
    for (let tried = 1; ; tried++) {
      const before = await to.get(prefix + name);
      const sum = before ? added(before.value as unknown as Count, count) : count;
      try {
        await to.set(prefix + name, sum as unknown as Json, before?.version ?? 0);
        return;
      } catch (error) {
        if (tried === tries || !isRusticError(error) || error.code !== 'RUSTIC_VALUE_CONFLICT') throw error;
      }
    }
  };
  const keep = async () => {
    if (!values) return;
    for (const [name, count] of [...counted]) {
      counted.delete(name);
      await write(values, name, count).catch((error: unknown) => {
        plus(name, count);
        say(`the statistics of "${name}" are not kept: ${errorInfo(error).message}`);
      });
    }
  };
  const statistics: Statistics = {
    add: (name, called) => plus(name, countOf(called)),
    keep: () => (keeping = keeping.then(keep)) as Promise<void>,
    async list() {
      await statistics.keep();
      const all = new Map(counted);
      for (const key of (await values?.list(prefix)) ?? []) {
        const found = await values?.get(key);
        const name = key.slice(prefix.length);
        const since = counted.get(name);
        const kept = found?.value as unknown as Count | undefined;
        if (kept) all.set(name, since ? added(kept, since) : kept);
      }
      return [...all].map(([name, count]) => statsOf(name, count)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    async clear() {
      await keeping;
      counted.clear();
      for (const key of (await values?.list(prefix)) ?? []) await values?.delete(key);
    },
  };
  return statistics;
}
