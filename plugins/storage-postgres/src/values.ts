import { areNames, demandText, type KeyValue, storageError } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Work } from './work.js';

interface ValueRow {
  readonly version: number;
  readonly value: string;
}

/** Values in the schema: one namespace for each plugin id. */
export const createValues =
  (database: Work): ((plugin: string) => KeyValue) =>
  (plugin) => {
    const rowOf = (key: string) =>
      sql<ValueRow>`select version, value from value where plugin = ${plugin} and key = ${key}`;
    return {
      async get(key) {
        if (!areNames(key)) return undefined;
        const [row] = await database.read((run) => run(rowOf(key)));
        return row && { value: JSON.parse(row.value), version: row.version };
      },
      async set(key, value, expectedVersion) {
        demandText({ key });
        const json = JSON.stringify(value);
        return database.write(`value ${plugin}`, async (run) => {
          // A key that is not there has no row to lock.
          await run(
            sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || ${`${plugin} ${key}`}, 1))`,
          );
          const found = (await run(rowOf(key)))[0]?.version ?? 0;
          if (expectedVersion !== undefined && expectedVersion !== found)
            throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expectedVersion, found });
          await run(sql`insert into value (plugin, key, version, value) values (${plugin}, ${key}, ${found + 1}, ${json})
            on conflict (plugin, key) do update set version = excluded.version, value = excluded.value`);
          return found + 1;
        });
      },
      async delete(key) {
        if (!areNames(key)) return;
        await database.write(`value ${plugin}`, (run) =>
          run(sql`delete from value where plugin = ${plugin} and key = ${key}`),
        );
      },
      async list(prefix) {
        if (!areNames(prefix)) return [];
        const rows = await database.read((run) =>
          run(sql<{ key: string }>`select key from value where plugin = ${plugin} and starts_with(key, ${prefix})`),
        );
        return rows.map(({ key }) => key).sort();
      },
    };
  };
