import type { Style } from '../style.js';
import type { Live } from './painter.js';
import { shownRow, widthOf } from './rows.js';

/** What a screen is made of, from above. */
export interface Parts {
  /** What is under way: the last block of an answer, tools. Its end is shown where it does not fit. */
  readonly block: readonly string[];
  readonly status?: string;
  /** What was said and waits to be told. */
  readonly waiting: readonly string[];
  /** Where somebody writes. */
  readonly focus: Live;
  /** The first that fits is shown. */
  readonly footer: readonly string[];
}

/** Fits the parts into a terminal: the writer's rows around the cursor first, then the rest from below. */
export function compose(parts: Parts, size: { readonly columns: number; readonly rows: number }, style: Style): Live {
  const { columns } = size;
  const most = Math.max(1, size.rows - 1);
  const cut = (row: string) => shownRow(row, columns - 1);
  const fitting = parts.footer.find((text) => widthOf(text) < columns);
  const footer = fitting === undefined || most < 3 ? [] : [style.dim(fitting)];
  const status = parts.status === undefined || most < 4 ? [] : [cut(parts.status)];
  const focus = around(parts.focus, Math.max(1, most - footer.length - status.length));
  let left = most - footer.length - status.length - focus.rows.length;
  const waiting = parts.waiting.slice(0, Math.max(0, left)).map(cut);
  left -= waiting.length;
  const block = left > 0 ? parts.block.slice(-left) : [];
  const above = [...block, ...status, ...waiting];
  return { rows: [...above, ...focus.rows, ...footer], row: above.length + focus.row, column: focus.column };
}

function around({ rows, row, column }: Live, most: number): Live {
  const first = Math.max(0, Math.min(row - Math.floor(most / 2), rows.length - most));
  return { rows: rows.slice(first, first + most), row: row - first, column };
}
