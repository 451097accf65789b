import type { Writable } from 'node:stream';
import { widthOf } from './rows.js';

/** What stands at the bottom and changes: rows, and where the cursor is in them. Unit: columns. */
export interface Live {
  readonly rows: readonly string[];
  readonly row: number;
  readonly column: number;
}
/** Draws at the bottom of a terminal, below what has scrolled by. */
export interface Painter {
  /** Puts text above what is live, for good, and shows what is live now; only rows that changed are written. */
  paint(above: string, live: Live): void;
  /** Forgets what is live and leaves the cursor where it began. */
  erase(): void;
  /** The terminal has another width now, and has broken the rows anew. */
  resized(columns: number): void;
  /** Empties the screen. `all`: and what has scrolled by. */
  clear(what: 'screen' | 'all'): void;
}

/**
 * Rows are not wrapped, so that one of them stays one when the terminal has just become narrower.
 *
 * Source: ECMA-48; synchronised output is DEC private mode 2026, which others ignore; wrapping is mode 7.
 */
const code = {
  begin: '\u001b[?2026h\u001b[?25l\u001b[?7l',
  end: '\u001b[?7h\u001b[?25h\u001b[?2026l',
  wrap: '\u001b[?7h',
  unwrap: '\u001b[?7l',
  below: '\u001b[J',
  rest: '\u001b[K',
  screen: '\u001b[H\u001b[2J',
  all: '\u001b[H\u001b[2J\u001b[3J',
};
const move = (by: number, letter: string) => (by > 0 ? `\u001b[${by}${letter}` : '');
const none: Live = { rows: [''], row: 0, column: 0 };

export function createPainter(output: Writable): Painter {
  let drawn = none;
  const toTop = () => `\r${move(drawn.row, 'A')}`;

  function changes(rows: readonly string[]): string {
    let text = '';
    for (const [index, row] of rows.entries()) {
      if (index > 0) text += index < drawn.rows.length ? '\u001b[1B\r' : '\n';
      if (drawn.rows[index] !== row || index >= drawn.rows.length) text += `${row}${code.rest}`;
    }
    return drawn.rows.length > rows.length ? `${text}\u001b[1B\r${code.below}\u001b[1A` : text;
  }

  return {
    paint(above, live) {
      const rows = live.rows.length > 0 ? live.rows : [''];
      const text = above === '' || above.endsWith('\n') ? above : `${above}\n`;
      const body = text === '' ? changes(rows) : `${code.below}${code.wrap}${text}${code.unwrap}${rows.join('\n')}`;
      const up = rows.length - 1 - live.row;
      output.write(`${code.begin}${toTop()}${body}\r${move(up, 'A')}${move(live.column, 'C')}${code.end}`);
      drawn = { ...live, rows };
    },
    erase() {
      output.write(`${toTop()}${code.below}`);
      drawn = none;
    },
    resized(columns) {
      const height = (row: string) => Math.max(1, Math.ceil(widthOf(row) / columns));
      const before = drawn.rows.slice(0, drawn.row).reduce((sum, row) => sum + height(row), 0);
      output.write(`\r${move(before + Math.floor(drawn.column / columns), 'A')}${code.below}`);
      drawn = none;
    },
    clear(what) {
      output.write(code[what]);
      drawn = none;
    },
  };
}
