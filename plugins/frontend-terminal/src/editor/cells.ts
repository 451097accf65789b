import { visible } from '@rustic-ai/kernel/contracts';
import { widthOf } from '../screen/rows.js';

/** What the cursor can stand before or after: a character as a reader counts them, or a folded paste. */
export interface Cell {
  readonly text: string;
  /** What is shown in its place; safe to show. */
  readonly shown: string;
  /** Unit: columns. */
  readonly width: number;
}
/** What is being written. `at`: the cells before the cursor. */
export interface Draft {
  readonly cells: readonly Cell[];
  readonly at: number;
}

/** A paste with more than this is folded into one cell. */
const foldFrom = { lines: 10, characters: 1_000 };
/** Unit: characters. */
const editable = 100_000;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export const empty: Draft = { cells: [], at: 0 };
export const newline: Cell = { text: '\n', shown: '', width: 0 };

function cellOf(text: string): Cell {
  if (text === '\n') return newline;
  const shown = text === '\t' ? '  ' : visible(text);
  return { text, shown, width: widthOf(shown) };
}

/** Line ends of any kind count as one. */
export const cellsOf = (text: string): readonly Cell[] =>
  Array.from(characters.segment(text.replace(/\r\n?/g, '\n')), ({ segment }) => cellOf(segment));

/** What was pasted: as it is, or folded where it would fill the screen. */
export function pastedCells(text: string, sign: string): readonly Cell[] {
  const lines = text.split(/\r\n?|\n/).length;
  if (lines <= foldFrom.lines && text.length <= foldFrom.characters) return cellsOf(text);
  const size = lines > 1 ? `${lines} lines` : `${text.length} characters`;
  const shown = `[pasted ${size}${sign}]`;
  return [{ text: text.replace(/\r\n?/g, '\n'), shown, width: widthOf(shown) }];
}

export const textOfCells = (cells: readonly Cell[]): string => cells.map(({ text }) => text).join('');
export const textOfDraft = ({ cells }: Draft): string => textOfCells(cells);
/** The draft with the cursor behind it; a text too long to be edited is one cell. */
export function draftOf(text: string): Draft {
  const cells = text.length > editable ? pastedCells(text, '') : cellsOf(text);
  return { cells, at: cells.length };
}
