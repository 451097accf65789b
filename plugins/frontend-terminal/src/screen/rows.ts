import measure from 'fast-string-truncated-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** How many columns a text takes; colours take none. */
export const widthOf = (text: string): number => measure(text).width;

/** The text broken into rows of at most so many columns, between words where it can be; indents and colours go on. */
export const rowsOf = (text: string, columns: number): readonly string[] =>
  text
    .replaceAll('\t', '  ')
    .split('\n')
    .flatMap((line) => (widthOf(line) <= columns ? [line] : broken(line, columns)));

function broken(line: string, columns: number): readonly string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const shown = ' '.repeat(Math.min(indent.length, Math.floor(columns / 2)));
  const wrapped = wrapAnsi(line.slice(indent.length), Math.max(1, columns - shown.length), { hard: true, trim: true });
  return wrapped.split('\n').map((row) => `${shown}${row}`);
}

/** One row of at most so many columns; what is over is cut. */
export function shownRow(text: string, columns: number): string {
  const { index, truncated } = measure(text, { limit: Math.max(0, columns) });
  if (!truncated) return text;
  return text.includes('\u001b') ? `${text.slice(0, index)}\u001b[0m` : text.slice(0, index);
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The end of a line, of at most so many columns. It has no colours. */
export function lastShown(line: string, columns: number): string {
  let shown = '';
  for (const { segment } of Array.from(characters.segment(line)).toReversed()) {
    if (widthOf(segment + shown) > columns) break;
    shown = segment + shown;
  }
  return shown;
}
