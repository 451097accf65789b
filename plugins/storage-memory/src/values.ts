import { demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';
import type { KeptValue, State } from './state.js';

/** Values that live as long as the process: one namespace for each plugin id. */
export const createValues =
  (state: State): ((plugin: string) => KeyValue) =>
  (plugin) => {
    const values = () => {
      const kept = state.values.get(plugin) ?? new Map<string, KeptValue>();
      state.values.set(plugin, kept);
      return kept;
    };
    return {
      async get(key) {
        const kept = values().get(key);
        return kept && { value: JSON.parse(kept.json), version: kept.version };
      },
      async set(key, value, expectedVersion) {
        demandText({ key });
        const found = values().get(key)?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== found)
          throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expectedVersion, found });
        values().set(key, { json: JSON.stringify(value), version: found + 1 });
        state.tell({ of: 'value', plugin, key, version: found + 1 });
        return found + 1;
      },
      async delete(key) {
        if (values().delete(key)) state.tell({ of: 'value', plugin, key, version: 0 });
      },
      list: async (prefix) => [...values().keys()].filter((key) => key.startsWith(prefix)).sort(),
    };
  };
