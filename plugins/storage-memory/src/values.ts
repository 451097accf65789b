import { type KeyValue, storageError } from '@rustic-ai/kernel/contracts';

/** Values that live as long as the process: one namespace for each plugin id. */
export function createValues(): (plugin: string) => KeyValue {
  const spaces = new Map<string, Map<string, { readonly json: string; readonly version: number }>>();
  return (plugin) => {
    const values = spaces.get(plugin) ?? new Map<string, { readonly json: string; readonly version: number }>();
    spaces.set(plugin, values);
    return {
      async get(key) {
        const kept = values.get(key);
        return kept && { value: JSON.parse(kept.json), version: kept.version };
      },
      async set(key, value, expectedVersion) {
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
