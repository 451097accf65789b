import { rowsOf } from './rows.js';

/** What was told last, to tell it again. */
export interface Recent {
  add(text: string): void;
  /** The last rows of it, broken for so many columns. */
  rows(count: number, columns: number): readonly string[];
  clear(): void;
}

/** Lines that are kept: more than a screen has. */
const most = 300;

export function createRecent(): Recent {
  let lines: string[] = [];
  return {
    add(text) {
      const [first = '', ...rest] = text.split('\n');
      const last = lines.pop() ?? '';
      lines.push(last + first, ...rest);
      lines = lines.slice(-most);
    },
    rows(count, columns) {
      const rows = rowsOf(lines.join('\n').replace(/\n$/, ''), columns);
      return count > 0 ? rows.slice(-count) : [];
    },
    clear: () => void (lines = []),
  };
}
