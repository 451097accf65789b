import type { StorageChange } from '@rustic-ai/kernel/contracts';
import type { Prepare } from './connection.js';

/** How many deletions are remembered for those who follow changes; who missed more is told a gap. */
const most = 10_000;

/** A session or a value that was deleted. `last_*`: the number of the last one that was left. */
export interface Gone {
  readonly row: number;
  readonly session: string | null;
  readonly plugin: string | null;
  readonly key: string | null;
  readonly last_entry: number;
  readonly last_value: number;
}

/** To be called after the deletion, in its transaction. */
export function noteGone(
  prepare: Prepare,
  what: { readonly session: string } | { readonly plugin: string; readonly key: string },
): void {
  const { session, plugin, key } = { session: null, plugin: null, key: null, ...what };
  const { lastInsertRowid } = prepare(
    `insert into gone (session, plugin, key, last_entry, last_value) values (?, ?, ?,
      (select coalesce(max(row), 0) from entry), (select coalesce(max(at), 0) from value))`,
  ).run(session, plugin, key);
  prepare('delete from gone where row <= ?').run(Number(lastInsertRowid) - most);
}

export function deletionOf({ session, plugin, key }: Gone): readonly StorageChange[] {
  if (session !== null) return [{ of: 'session', session, seq: 0 }];
  return plugin === null || key === null ? [] : [{ of: 'value', plugin, key, version: 0 }];
}
