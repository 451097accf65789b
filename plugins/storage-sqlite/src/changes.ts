import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowChanges, StorageChange } from '@rustic-ai/kernel/contracts';
import type { Connection, Prepare } from './connection.js';

/** How often it is looked for changes. Unit: ms. */
const pauseMs = 100;
/** Rows that are looked at one by one; more of them are a gap. */
const most = 10_000;

interface Entry {
  readonly row: number;
  readonly id: string;
}
interface Value {
  readonly at: number;
  readonly plugin: string;
  readonly key: string;
  readonly version: number;
}
/** What was added last; numbers are given out again once that is deleted. */
interface Position {
  readonly entry: Entry | undefined;
  readonly value: Value | undefined;
}
const positionOf = (prepare: Prepare): Position => ({
  entry: prepare<Entry>('select row, id from entry order by row desc limit 1').get(),
  value: prepare<Value>('select at, plugin, key, version from value order by at desc limit 1').get(),
});
const isThere = (prepare: Prepare, { entry, value }: Position): boolean =>
  (!entry || prepare<Entry>('select row, id from entry where row = ?').get(entry.row)?.id === entry.id) &&
  (!value || prepare('select 1 from value where plugin = ? and key = ?').get(value.plugin, value.key) !== undefined);

function changesSince(prepare: Prepare, seen: Position): readonly StorageChange[] {
  const [row, at] = [seen.entry?.row ?? 0, seen.value?.at ?? 0];
  const now = positionOf(prepare);
  if (!isThere(prepare, seen) || (now.entry?.row ?? 0) - row > most || (now.value?.at ?? 0) - at > most)
    return [{ of: 'gap' }];
  const sessions = prepare<{ session: string; seq: number }>(
    'select session, max(seq) as seq from entry where row > ? group by session order by max(row)',
  ).all(row);
  const values = prepare<Value>('select at, plugin, key, version from value where at > ? order by at').all(at);
  return [
    ...sessions.map((session) => ({ of: 'session' as const, ...session })),
    ...values.map(({ plugin, key, version }) => ({ of: 'value' as const, plugin, key, version })),
  ];
}

/** Looks again and again for what was added, by this process and others. */
export const createFollow =
  (connection: Connection): FollowChanges =>
  (tell, end) => {
    const over = new AbortController();
    const { signal } = over;
    const forget = connection.onClose(() => end());
    const work = async () => {
      let seen = await connection.read(positionOf);
      tell({ of: 'gap' });
      for (;;) {
        await sleep(pauseMs, undefined, { signal });
        await connection.read((prepare) => {
          const changes = changesSince(prepare, seen);
          if (changes.length > 0) seen = positionOf(prepare);
          for (const change of changes) tell(change);
        });
      }
    };
    const done = work().catch((error: Error) => (signal.aborted ? undefined : end(error)));
    return async () => {
      forget();
      over.abort();
      await done;
    };
  };
