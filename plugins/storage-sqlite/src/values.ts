import { areNames, demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';
import type { Work } from './connection.js';
import { noteGone } from './gone.js';

interface ValueRow {
  readonly version: number;
  readonly value: string;
}

/** The keys from the prefix on, in the order of their bytes, up to the first that does not begin with it. */
function beginningWith(prefix: string, keys: Iterable<{ readonly key: string }>): readonly string[] {
  const found: string[] = [];
  for (const { key } of keys) {
    if (!key.startsWith(prefix)) break;
    found.push(key);
  }
  return found.sort();
}

/** `at` counts the sets of all values. */
export const valueInsert = `insert or replace into value (plugin, key, version, value, at)
  values (?, ?, ?, ?, (select coalesce(max(at), 0) + 1 from value))`;

/** Values in the database of the connection: one namespace for each plugin id. */
export const createValues =
  (connection: Work): ((plugin: string) => KeyValue) =>
  (plugin) => ({
    async get(key) {
      if (!areNames(key)) return undefined;
      return connection.read((prepare) => {
        const row = prepare<ValueRow>('select version, value from value where plugin = ? and key = ?').get(plugin, key);
        return row && { value: JSON.parse(row.value), version: row.version };
      });
    },
    async set(key, value, expectedVersion) {
      demandText({ key });
      const json = JSON.stringify(value);
      return connection.write((prepare) => {
        const row = prepare<ValueRow>('select version, value from value where plugin = ? and key = ?').get(plugin, key);
        const found = row?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== found)
          throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expectedVersion, found });
        prepare(valueInsert).run(plugin, key, found + 1, json);
        return found + 1;
      });
    },
    async delete(key) {
      if (!areNames(key)) return;
      await connection.write((prepare) => {
        const { changes } = prepare('delete from value where plugin = ? and key = ?').run(plugin, key);
        if (changes > 0) noteGone(prepare, { plugin, key });
      });
    },
    async list(prefix) {
      if (!areNames(prefix)) return [];
      return connection.read((prepare) =>
        beginningWith(
          prefix,
          prepare<{ key: string }>('select key from value where plugin = ? and key >= ? order by key').iterate(
            plugin,
            prefix,
          ),
        ),
      );
    },
  });
