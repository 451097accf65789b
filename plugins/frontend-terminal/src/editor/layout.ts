import type { Draft } from './cells.js';
import { newline } from './cells.js';

/** Rows of a draft as they stand on the screen, and the place of the cursor in them. */
export interface Layout {
  readonly rows: readonly string[];
  readonly row: number;
  /** Unit: columns. */
  readonly column: number;
  /** For each row the index of its first cell; the next row's is where it ends. */
  readonly starts: readonly number[];
}

/** Breaks a draft into rows of at most so many columns. A cell that is wider than a row is cut. */
export function layOut({ cells, at }: Draft, columns: number): Layout {
  const rows = [''];
  const starts = [0];
  let used = 0;
  let place = { row: 0, column: 0 };
  const breakAt = (start: number) => {
    rows.push('');
    starts.push(start);
    used = 0;
  };
  for (const [index, cell] of cells.entries()) {
    const wide = Math.min(cell.width, columns);
    if (cell !== newline && used + wide > columns) breakAt(index);
    if (index === at) place = { row: rows.length - 1, column: used };
    if (cell === newline) breakAt(index + 1);
    else {
      rows[rows.length - 1] += cell.width > columns ? cell.shown.slice(0, columns) : cell.shown;
      used += wide;
    }
  }
  if (at >= cells.length) {
    // A full row leaves no place for the cursor behind it.
    if (used >= columns) breakAt(cells.length);
    place = { row: rows.length - 1, column: used };
  }
  return { rows, starts, ...place };
}

/** Where the cursor comes when it goes so many rows up (below 0) or down; undefined: there is no such row. */
export function rowMove(draft: Draft, columns: number, by: number): Draft | undefined {
  const { row, column, starts } = layOut(draft, columns);
  const start = starts[row + by];
  if (start === undefined) return undefined;
  const next = starts[row + by + 1];
  // The last place of a row that goes on below is the cell before the break.
  const end = next === undefined ? draft.cells.length : next - 1;
  let at = start;
  for (let used = 0; at < end; at++) {
    used += draft.cells[at]?.width ?? 0;
    if (used > column) break;
  }
  return { ...draft, at };
}
