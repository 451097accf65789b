import type { Line } from './journal.js';
import { isSame, type State } from './state.js';

/** What a path came to in a turn. `after` absent: the process ended in the middle of the change. */
export interface Net {
  readonly path: string;
  readonly before: State;
  readonly after?: State;
}

/** All changes of a turn together, since it was last taken back. Order: by path. */
export function netOf(lines: readonly Line[]): readonly Net[] {
  const since = lines.findLastIndex((line) => 'undone' in line) + 1;
  const first = new Map<string, State>();
  const last = new Map<string, State | undefined>();
  for (const line of lines.slice(since)) {
    if ('before' in line)
      for (const [path, state] of Object.entries(line.before)) {
        if (!first.has(path)) first.set(path, state);
        last.set(path, undefined);
      }
    else if ('after' in line)
      for (const [path, state] of Object.entries(line.after)) {
        if (!first.has(path)) first.set(path, { type: 'absent' });
        last.set(path, state);
      }
  }
  return [...first]
    .map(([path, before]): Net => {
      const after = last.get(path);
      return { path, before, ...(after && { after }) };
    })
    .filter(({ before, after }) => !after || !isSame(before, after))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
