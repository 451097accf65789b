import type { NewSessionEntry, SessionEntry, SessionInfo, SessionLog, SessionStore } from '@rustic-ai/kernel/contracts';
import { historyOf, messageOf } from './history.js';
import type { RandomId } from './ids.js';
import { titleOf } from './title.js';

/**
 * One open session, over a store.
 *
 * Shape: `last` is the newest entry the log knows of; appends follow it, and reading moves it, so that after
 *   `RUSTIC_SESSION_BUSY` one reads and appends again. Calls take effect in the order they were made.
 */
export function createLog(
  store: SessionStore,
  opened: { readonly info: SessionInfo; readonly last: SessionEntry | undefined },
  { now, randomId, waitMs }: { readonly now: () => number; readonly randomId: RandomId; readonly waitMs: number },
): SessionLog {
  let { info } = opened;
  let end = { seq: opened.last?.seq ?? 0, id: opened.last?.id };
  let lane: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = lane.then(work);
    lane = done.catch(() => {});
    return done;
  };
  const refresh = async () => {
    info = (await store.get(info.id)) ?? info;
  };

  const follow = (items: readonly { readonly type: SessionEntry['type']; readonly body: SessionEntry['body'] }[]) => {
    const ts = new Date(now()).toISOString();
    let parent = end.id;
    return items.map(({ type, body }): NewSessionEntry => {
      const entry = { id: randomId(10), ...(parent !== undefined && { parent }), ts, type, body };
      parent = entry.id;
      return entry;
    });
  };
  const entries = () =>
    inOrder(async () => {
      const all = await store.read(info.id, {});
      const last = all.at(-1);
      if (last) end = { seq: last.seq, id: last.id };
      await refresh();
      return all;
    });
  return {
    get info() {
      return info;
    },
    append: (items) =>
      inOrder(async () => {
        const added = follow(items);
        const seq = await store.append(info.id, added, end.seq);
        end = { seq, id: added.at(-1)?.id ?? end.id };
        if (info.title === undefined) {
          const asked = added
            .map(({ type, body }) => messageOf(type, body))
            .filter((message) => message?.role === 'user');
          const title = asked.map((message) => message && titleOf(message)).find((text) => text !== undefined);
          if (title !== undefined) await store.update(info.id, { title });
          await refresh();
        }
        info = { ...info, entries: seq, updatedAt: added.at(-1)?.ts ?? info.updatedAt };
      }),
    entries,
    messages: async () => historyOf(await entries()),
    update: (change) =>
      inOrder(async () => {
        await store.update(info.id, change);
        await refresh();
      }),
    async hold(signal) {
      const held = await store.hold(info.id, { waitMs, ...(signal && { signal }) });
      try {
        // Whoever held it before may have written.
        await inOrder(async () => {
          const [last] = await store.read(info.id, { last: 1 });
          end = { seq: last?.seq ?? 0, id: last?.id };
          await refresh();
        });
        return held;
      } catch (error) {
        await held.release();
        throw error;
      }
    },
  };
}
