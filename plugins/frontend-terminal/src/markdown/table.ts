import type { Tokens } from 'marked';
import { rowsOf, widthOf } from '../screen/rows.js';
import type { Look } from './blocks.js';
import { inline } from './inline.js';

/** Columns a cell has at least; below that a table is told row by row. */
const leastWidth = 6;
const gap = 2;

/** A table in columns that share the room; where there is too little of it, each row as a list of its cells. */
export function tableRows({ header, rows, align }: Tokens.Table, { columns, style }: Look): readonly string[] {
  const textOf = (cell: Tokens.TableCell) => inline(cell.tokens, style).replaceAll('\n', ' ');
  const head = header.map(textOf);
  const body = rows.map((row) => row.map(textOf));
  const natural = head.map((_, at) => [head, ...body].reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0));
  const room = columns - gap * (head.length - 1);
  const widths = shares(natural, room);
  if (widths.some((width, at) => width < Math.min(leastWidth, natural[at] ?? 0)))
    return body.flatMap((row, index) => [
      ...(index > 0 ? [''] : []),
      ...row.flatMap((cell, at) => rowsOf(`${style.strong(head[at] ?? '')}: ${cell}`, columns)),
    ]);
  const put = (text: string, at: number) => {
    const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
    return align[at] === 'right' ? `${space}${text}` : `${text}${space}`;
  };
  const lines = (row: readonly string[]) => {
    const cells = row.map((text, at) => rowsOf(text, widths[at] ?? 1));
    const height = Math.max(1, ...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, at) => put(cell[line] ?? '', at))
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  };
  const rule = widths.map((width) => style.signs.rule.repeat(width)).join(' '.repeat(gap));
  return [...lines(head).map(style.strong), style.dim(rule), ...body.flatMap(lines)];
}

/** Widths that fit together: the narrow columns keep theirs, the wide ones share the rest. */
function shares(natural: readonly number[], room: number): readonly number[] {
  let left = room;
  const widths = natural.map(() => 0);
  const order = [...natural.entries()].toSorted(([, a], [, b]) => a - b);
  for (const [done, [at, width]] of order.entries()) {
    const share = Math.floor(left / (order.length - done));
    const given = Math.min(width, share);
    widths[at] = given;
    left -= given;
  }
  return widths;
}
