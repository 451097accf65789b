import { areNames, demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';
import type { Database } from 'better-sqlite3';

interface Row {
  readonly value: string;
  readonly version: number;
}
/** By what is expected: nothing, that there is none, a version. Each decides and writes at once, or gives no row. */
const statements = {
  any: `insert into kept values (@plugin, @key, @value, 1)
    on conflict do update set value = excluded.value, version = version + 1 returning version`,
  none: `insert into kept values (@plugin, @key, @value, 1) on conflict do nothing returning version`,
  one: `update kept set value = @value, version = version + 1
    where plugin = @plugin and key = @key and version = @expected returning version`,
};

/** The values of one plugin. Throws: `RUSTIC_VALUE_CONFLICT`, `RUSTIC_STORAGE_TEXT`. */
export function createValues(database: Database, plugin: string): KeyValue {
  const find = (key: string) =>
    database.prepare<unknown[], Row>('select value, version from kept where plugin = ? and key = ?').get(plugin, key);
  return {
    async get(key) {
      const row = areNames(key) ? find(key) : undefined;
      return row && { value: JSON.parse(row.value), version: row.version };
    },
    async set(key, value, expected) {
      demandText({ key });
      const how = expected === undefined ? 'any' : expected === 0 ? 'none' : 'one';
      const given = { plugin, key, value: JSON.stringify(value), ...(how === 'one' && { expected }) };
      const row = database.prepare<unknown[], Row>(statements[how]).get(given);
      if (row) return row.version;
      throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expected ?? 0, found: find(key)?.version ?? 0 });
    },
    async delete(key) {
      if (areNames(key)) database.prepare('delete from kept where plugin = ? and key = ?').run(plugin, key);
    },
    async list(prefix) {
      if (!areNames(prefix)) return [];
      const rows = database.prepare<unknown[], { readonly key: string }>(
        'select key from kept where plugin = @plugin and substr(key, 1, length(@prefix)) = @prefix',
      );
      return rows
        .all({ plugin, prefix })
        .map(({ key }) => key)
        .toSorted();
    },
  };
}
