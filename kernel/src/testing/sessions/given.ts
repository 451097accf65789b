import type { Part, Usage } from '../../contracts/content.js';
import type { NewSessionEntry, SessionEntry, Sessions } from '../../contracts/session.js';
import type { Json } from '../../errors.js';
import type { Rule } from '../suite.js';

/** What the suite needs of a service `session`: one that has no session yet, as often as asked. */
export interface SessionsSubject {
  open(): Promise<{ readonly sessions: Sessions; close(): Promise<void> }>;
}
export const sessionsRule = (
  id: string,
  says: string,
  check: (sessions: Sessions) => Promise<void>,
): Rule<SessionsSubject> => ({
  id,
  says,
  async run(subject) {
    const { sessions, close } = await subject.open();
    try {
      await check(sessions);
    } finally {
      await close();
    }
  },
});

type Item = { readonly type: SessionEntry['type']; readonly body: Json };
export const text = (said: string): Part => ({ type: 'text', text: said });
export const said = (role: string, ...parts: readonly Part[]): Item => ({
  type: 'message',
  body: { role, parts } as unknown as Json,
});
export const user = (words: string): Item => said('user', text(words));
export const call = (id: string): Part => ({ type: 'tool_call', id, name: 'fs_read', input: {} });
export const result = (id: string): Part => ({ type: 'tool_result', id, output: [text(`done ${id}`)] });
/** What a model said, and what that took. */
export const spent = (model: string, usage: Usage): Item => ({
  type: 'message',
  body: { role: 'assistant', parts: [text('Well.')], model, usage } as unknown as Json,
});
/** Entries as they are put in, one after the other, each on a day of its own from the first of January on. */
export const kept = (...items: readonly Item[]): readonly NewSessionEntry[] =>
  items.map((item, index) => ({
    id: `e${index + 1}`,
    ...(index > 0 && { parent: `e${index}` }),
    ts: at(index + 1),
    ...item,
  }));
/** Noon of a day in January. */
export const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
export const infoOf = (id: string, more: { readonly project?: string; readonly updatedAt?: string } = {}) => ({
  id,
  agent: 'main',
  tags: [],
  createdAt: at(1),
  updatedAt: at(1),
  entries: 0,
  ...more,
});
export const bodies = (entries: readonly SessionEntry[]): readonly Json[] => entries.map(({ body }) => body);
