import type { Key } from './keys.js';

/** Looking for an earlier entry by a part of it, the newest first. */
export interface Search {
  readonly query: string;
  /** What was found; undefined: nothing holds the query. */
  readonly found: string | undefined;
  /** What became of a key: `more`: it goes on; `take`: what was found is wanted; `leave`: nothing is. */
  key(key: Key): 'more' | 'take' | 'leave';
}

export function createSearch(entries: readonly string[]): Search {
  let query = '';
  let at = entries.length;
  /** Case counts where the query has capitals. */
  const holds = (entry: string) => (/\p{Lu}/u.test(query) ? entry : entry.toLowerCase()).includes(query);
  const find = (from: number) => {
    const next = entries.slice(0, Math.max(0, from)).findLastIndex(holds);
    if (next >= 0 || from >= entries.length) at = next < 0 ? entries.length : next;
  };
  return {
    get query() {
      return query;
    },
    get found() {
      const entry = entries[at];
      return query !== '' && entry !== undefined && holds(entry) ? entry : undefined;
    },
    key({ name, text }) {
      if (name === 'ctrl+r' || name === 'up') find(at);
      else if (name === 'backspace' || text !== undefined) {
        query = text === undefined ? query.slice(0, -1) : query + text;
        at = entries.length;
        find(at);
      } else if (name === 'escape' || name === 'ctrl+g' || name === 'ctrl+c') return 'leave';
      else return 'take';
      return 'more';
    },
  };
}
