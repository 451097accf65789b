import { errorInfo, type Json } from '@rustic-ai/kernel';
import type { KeyValue } from '@rustic-ai/kernel/contracts';

/** Keeps breakers that are open for the next process. What can't be kept or read is only said. */
export interface Keeping {
  before(): Promise<ReadonlyMap<string, Json>>;
  /** `undefined`: there is nothing to keep any more. */
  keep(key: string, value: Json | undefined): void;
  /** Resolves when everything is written. */
  settled(): Promise<void>;
}

export function createKeeping(values: KeyValue | undefined, say: (message: string) => void): Keeping {
  let last: Promise<unknown> = Promise.resolve();
  const failed = (error: unknown) => say(`the state of a breaker is not kept: ${errorInfo(error).message}`);
  return {
    async before() {
      const found = new Map<string, Json>();
      try {
        for (const key of (await values?.list('breaker/')) ?? []) {
          const kept = await values?.get(key);
          if (kept) found.set(key, kept.value);
        }
      } catch (error) {
        failed(error);
      }
      return found;
    },
    keep(key, value) {
      if (!values) return;
      const write = async () => void (await (value === undefined ? values.delete(key) : values.set(key, value)));
      last = last.then(write).catch(failed);
    },
    settled: async () => void (await last),
  };
}
