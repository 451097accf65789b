import { cellsOf, type Draft, textOfCells } from './cells.js';
import { replace } from './edits.js';

/** What the word before the cursor may become. */
export interface Candidates {
  /** The characters of the word, which the candidates replace. */
  readonly word: string;
  /** A `/` at the end says that it goes on; anything else is followed by a space. */
  readonly all: readonly string[];
}
/** Says what the text before the cursor may go on as; undefined: nothing. */
export type Complete = (before: string) => Promise<Candidates | undefined>;

export interface Menu {
  readonly all: readonly string[];
  /** Index of the one that stands in the draft; undefined: none yet. */
  readonly chosen: number | undefined;
  /** Where in the draft the word begins. */
  readonly from: number;
}

/** The draft with as much of the word as is certain, and the menu if there is a choice left. */
export async function begin(draft: Draft, complete: Complete): Promise<{ draft: Draft; menu: Menu | undefined }> {
  const found = await complete(textOfCells(draft.cells.slice(0, draft.at)));
  if (!found || found.all.length === 0) return { draft, menu: undefined };
  const from = draft.at - cellsOf(found.word).length;
  const [only = '', ...others] = found.all;
  if (others.length === 0) return { draft: put(draft, from, ended(only)), menu: undefined };
  const common = found.all.reduce(shared);
  const longer = common.length > found.word.length ? put(draft, from, common) : draft;
  return { draft: longer, menu: { all: found.all, chosen: undefined, from } };
}

/** The next candidate, or the one before, in the place of the word. */
export function step(draft: Draft, menu: Menu, by: 1 | -1): { draft: Draft; menu: Menu } {
  const { all, chosen, from } = menu;
  const next = chosen === undefined ? (by > 0 ? 0 : all.length - 1) : (chosen + by + all.length) % all.length;
  return { draft: put(draft, from, all[next] ?? ''), menu: { ...menu, chosen: next } };
}

const put = (draft: Draft, from: number, text: string) => replace(draft, from, cellsOf(text));
const ended = (text: string) => (text.endsWith('/') ? text : `${text} `);
function shared(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
