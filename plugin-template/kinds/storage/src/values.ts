import type { Json } from '@rustic-ai/kernel';
import { demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';

/** The values of one plugin. Unit: `most` in values. Throws: `RUSTIC_VALUE_CONFLICT`, `RUSTIC_STORAGE_TEXT`; a plain error when it is full. */
export function createValues(most: number): KeyValue {
  const kept = new Map<string, { readonly value: Json; readonly version: number }>();
  return {
    get: async (key) => structuredClone(kept.get(key)),
    async set(key, value, expected) {
      demandText({ key });
      const found = kept.get(key)?.version ?? 0;
      if (expected !== undefined && expected !== found)
        throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected, found });
      if (found === 0 && kept.size >= most) throw new Error(`there are ${most} values already`);
      kept.set(key, { value: structuredClone(value), version: found + 1 });
      return found + 1;
    },
    delete: async (key) => void kept.delete(key),
    list: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)).toSorted(),
  };
}
