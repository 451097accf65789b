import { type Cell, cellsOf, type Draft, newline } from './cells.js';

/** Of one character, with all that joins it; a folded paste is longer. */
const longest = 100;
type Edit = (draft: Draft) => Draft;
const isWord = ({ text }: Cell) => /[\p{L}\p{N}\p{M}_]/u.test(text);

export const insert = ({ cells, at }: Draft, added: readonly Cell[]): Draft => ({
  cells: [...cells.slice(0, at), ...added, ...cells.slice(at)],
  at: at + added.length,
});
/** Puts other cells in the place of those from `from` up to the cursor. */
export const replace = ({ cells, at }: Draft, from: number, added: readonly Cell[]): Draft => ({
  cells: [...cells.slice(0, from), ...added, ...cells.slice(at)],
  at: from + added.length,
});
/** What is typed joins the character before the cursor where a reader sees one: an accent, a part of an emoji. */
export function type(draft: Draft, text: string): Draft {
  const before = draft.cells[draft.at - 1];
  const joined = before && before.text.length <= longest ? cellsOf(before.text + text) : [];
  return joined.length === 1 ? replace(draft, draft.at - 1, joined) : insert(draft, cellsOf(text));
}
const cut = ({ cells }: Draft, from: number, to: number): Draft => ({
  cells: [...cells.slice(0, from), ...cells.slice(to)],
  at: from,
});

export function wordLeft({ cells, at }: Draft): number {
  let to = at;
  while (to > 0 && !isWord(cells[to - 1] as Cell)) to--;
  while (to > 0 && isWord(cells[to - 1] as Cell)) to--;
  return to;
}
export function wordRight({ cells, at }: Draft): number {
  let to = at;
  while (to < cells.length && !isWord(cells[to] as Cell)) to++;
  while (to < cells.length && isWord(cells[to] as Cell)) to++;
  return to;
}
export const lineStart = ({ cells, at }: Draft): number => cells.slice(0, at).lastIndexOf(newline) + 1;
export function lineEnd({ cells, at }: Draft): number {
  const end = cells.indexOf(newline, at);
  return end < 0 ? cells.length : end;
}

const moveTo =
  (place: (draft: Draft) => number): Edit =>
  (draft) => ({ ...draft, at: Math.max(0, Math.min(draft.cells.length, place(draft))) });
const cutTo =
  (place: (draft: Draft) => number): Edit =>
  (draft) => {
    const to = Math.max(0, Math.min(draft.cells.length, place(draft)));
    return cut(draft, Math.min(draft.at, to), Math.max(draft.at, to));
  };

const left = moveTo(({ at }) => at - 1);
const right = moveTo(({ at }) => at + 1);
const home = moveTo(lineStart);
const end = moveTo(lineEnd);
const wordBack = moveTo(wordLeft);
const wordOn = moveTo(wordRight);
const backspace = cutTo(({ at }) => at - 1);
const erase = cutTo(({ at }) => at + 1);
const eraseWordBack = cutTo(wordLeft);

/** What keys do to a draft, by their names: the ones of every line editor. */
export const edits: Readonly<Record<string, Edit>> = {
  left,
  right,
  home,
  end,
  backspace,
  delete: erase,
  'ctrl+a': home,
  'ctrl+e': end,
  'ctrl+b': left,
  'ctrl+f': right,
  'ctrl+h': backspace,
  'alt+b': wordBack,
  'alt+f': wordOn,
  'ctrl+left': wordBack,
  'ctrl+right': wordOn,
  'alt+left': wordBack,
  'alt+right': wordOn,
  'ctrl+w': eraseWordBack,
  'alt+backspace': eraseWordBack,
  'ctrl+backspace': eraseWordBack,
  'alt+d': cutTo(wordRight),
  'ctrl+delete': cutTo(wordRight),
  'ctrl+u': cutTo(lineStart),
  'ctrl+k': cutTo((draft) => {
    const to = lineEnd(draft);
    return to === draft.at ? to + 1 : to;
  }),
};
