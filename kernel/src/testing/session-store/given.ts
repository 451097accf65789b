import type { NewSessionEntry, SessionEntry, SessionStore } from '../../contracts/session.js';
import type { Json } from '../../errors.js';
import type { Rule } from '../suite.js';

/** What the suite needs of a session store: an empty one, as often as asked. */
export interface SessionStoreSubject {
  open(): Promise<{ readonly store: SessionStore; close(): Promise<void> }>;
}

/** A rule that gets an empty store and closes it afterwards. */
export const rule = (
  id: string,
  says: string,
  check: (store: SessionStore) => Promise<void>,
): Rule<SessionStoreSubject> => ({
  id,
  says,
  async run(subject) {
    const { store, close } = await subject.open();
    try {
      await check(store);
    } finally {
      await close();
    }
  },
});
export const session = (
  id: string,
  more: { title?: string; project?: string; agent?: string; tags?: readonly string[] } = {},
) => ({
  id,
  agent: 'main',
  tags: [],
  ...more,
});
export const entry = (id: string, body: Json = { text: id }, parent?: string): NewSessionEntry => ({
  id,
  ...(parent !== undefined && { parent }),
  ts: '2026-01-02T03:04:05.678Z',
  type: 'note',
  body,
});
export const seqs = (entries: readonly SessionEntry[]) => entries.map(({ seq }) => seq);
export const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
/** An ISO 8601 time in UTC with milliseconds. */
export const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Resolves when the clock shows another millisecond. */
export async function tick() {
  for (const start = Date.now(); Date.now() <= start;) await new Promise((resolve) => setImmediate(resolve));
}
