import { randomUUID } from 'node:crypto';
import type { NewSessionEntry, SessionInfo, SessionLog, SessionStore } from '@rustic-ai/kernel/contracts';
import { messagesIn } from './messages.js';

/** What sessions stand on. Unit: `waitMs` for whoever is at work on a session. */
export interface Parts {
  readonly store: SessionStore;
  /** Unit: ms since 1970. */
  now(): number;
  readonly waitMs: number;
}

/**
 * One open session.
 *
 * Shape: what is appended follows the newest entry it knows of, else `RUSTIC_SESSION_BUSY`; to read is to get to know.
 * Order: calls take effect as they were made, awaited or not.
 */
export async function openLog(opened: SessionInfo, { store, now, waitMs }: Parts): Promise<SessionLog> {
  let info = opened;
  let end: { readonly seq: number; readonly id?: string | undefined } = { seq: 0 };
  let before: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = before.then(work);
    before = done.catch(() => {});
    return done;
  };
  const look = async () => void (info = (await store.get(info.id)) ?? info);
  const see = async () => {
    [end = { seq: 0 }] = await store.read(info.id, { last: 1 });
    await look();
  };
  const entries = () =>
    inOrder(async () => {
      const all = await store.read(info.id, {});
      end = all.at(-1) ?? { seq: 0 };
      await look();
      return all;
    });
  await see();
  return {
    get info() {
      return info;
    },
    entries,
    messages: async () => messagesIn(await entries()),
    append: (items) =>
      inOrder(async () => {
        let parent = end.id;
        const ts = new Date(now()).toISOString();
        const added = items.map((item): NewSessionEntry => {
          const entry = { id: randomUUID(), ...(parent !== undefined && { parent }), ts, ...item };
          parent = entry.id;
          return entry;
        });
        const seq = await store.append(info.id, added, end.seq);
        end = { seq, id: parent };
        await look();
      }),
    update: (change) => inOrder(() => store.update(info.id, change).then(look)),
    async hold(signal) {
      const held = await store.hold(info.id, { waitMs, ...(signal && { signal }) });
      // Whoever held it before may have written.
      await inOrder(see).catch(async (error: unknown) => {
        await held.release();
        throw error;
      });
      return held;
    },
  };
}
