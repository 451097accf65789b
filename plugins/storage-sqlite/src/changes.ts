import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowChanges, StorageChange } from '@rustic-ai/kernel/contracts';
import type { Connection, Prepare } from './connection.js';
import { deletionOf, type Gone } from './gone.js';

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
/** What was added last, and what was deleted last. */
interface Position {
  readonly entry: Entry | undefined;
  readonly value: Value | undefined;
  readonly gone: number;
}
const positionOf = (prepare: Prepare): Position => ({
  entry: prepare<Entry>('select row, id from entry order by row desc limit 1').get(),
  value: prepare<Value>('select at, plugin, key, version from value order by at desc limit 1').get(),
  gone: prepare<{ row: number }>('select row from gone order by row desc limit 1').get()?.row ?? 0,
});
/** False where another program deleted it. */
const isThere = (prepare: Prepare, { entry, value }: Position): boolean =>
  (!entry || prepare<Entry>('select row, id from entry where row = ?').get(entry.row)?.id === entry.id) &&
  (!value || prepare('select 1 from value where plugin = ? and key = ?').get(value.plugin, value.key) !== undefined);

function changesSince(prepare: Prepare, seen: Position): readonly StorageChange[] {
  const gone = prepare<Gone>('select * from gone where row > ? order by row').all(seen.gone);
  // Numbers behind what is left by a deletion are new ones, whatever had them before.
  const row = Math.min(seen.entry?.row ?? 0, ...gone.map(({ last_entry: last }) => last));
  const at = Math.min(seen.value?.at ?? 0, ...gone.map(({ last_value: last }) => last));
  const now = positionOf(prepare);
  const isMissed = now.gone - seen.gone !== gone.length || (gone.length === 0 && !isThere(prepare, seen));
  if (isMissed || (now.entry?.row ?? 0) - row > most || (now.value?.at ?? 0) - at > most) return [{ of: 'gap' }];
  const sessions = prepare<{ session: string; seq: number }>(
    'select session, max(seq) as seq from entry where row > ? group by session order by max(row)',
  ).all(row);
  const values = prepare<Value>('select at, plugin, key, version from value where at > ? order by at').all(at);
  return [
    ...gone.flatMap(deletionOf),
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
