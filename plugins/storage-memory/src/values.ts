import { demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';
import type { KeptValue, State } from './state.js';

/** Values that live as long as the process: one namespace for each plugin id. */
export function createValues({ values: spaces }: State): (plugin: string) => KeyValue {
  return (plugin) => {
    const values = spaces.get(plugin) ?? new Map<string, KeptValue>();
    spaces.set(plugin, values);
    return {
      async get(key) {
        const kept = values.get(key);
        return kept && { value: JSON.parse(kept.json), version: kept.version };
      },
      async set(key, value, expectedVersion) {
        demandText({ key });
        const found = values.get(key)?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== found)
          throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expectedVersion, found });
        values.set(key, { json: JSON.stringify(value), version: found + 1 });
        return found + 1;
      },
      async delete(key) {
        values.delete(key);
      },
      list: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
    };
  };
}
