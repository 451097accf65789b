import { visibleLine } from '@rustic-ai/kernel/contracts';
import type { Style } from '../style.js';
import { draftOf, type Draft, empty, newline, pastedCells, textOfDraft } from './cells.js';
import { begin, type Complete, type Menu, step } from './complete.js';
import { edits, insert, replace, type } from './edits.js';
import type { Key } from './keys.js';
import { layOut, rowMove } from './layout.js';
import { createSearch, type Search } from './search.js';
import { shownRow } from '../screen/rows.js';

/** The line at which somebody writes; it may have many rows. */
export interface Line {
  readonly text: string;
  set(text: string): void;
  paste(text: string): void;
  /** Handles a key of editing. `entered`: Enter was pressed, which is for the caller. */
  key(key: Key): 'entered' | 'handled' | 'unknown';
  /** Whether a search or a choice is open, which Ctrl+C and Escape close. */
  readonly busy: boolean;
  /** Rows as they are shown, what can be chosen below them, and the cursor's place. Unit: columns. */
  rows(columns: number): { readonly rows: readonly string[]; readonly row: number; readonly column: number };
}
export interface LineOptions {
  readonly style: Style;
  readonly history: () => readonly string[];
  readonly complete?: Complete;
  /** What stands before the first row. Default: the sign of a prompt. */
  readonly mark?: string;
  /** Something changed that no key did. */
  changed(): void;
}

/** Candidates that are shown at once. */
const menuRows = 8;
/** Columns a row has at least for what is written, however narrow the terminal is. */
const leastColumns = 10;

export function createLine({ style, history, complete, mark = style.signs.prompt, changed }: LineOptions): Line {
  let draft: Draft = empty;
  /** Which entry of the history is shown, and what was being written. */
  let browsed: { readonly at: number; readonly draft: Draft } | undefined;
  let search: Search | undefined;
  let menu: Menu | undefined;
  let completing = 0;
  let columns = 80;
  let pastes = 0;

  const browse = (by: 1 | -1): boolean => {
    const entries = history();
    const at = (browsed?.at ?? entries.length) + by;
    if (at < 0 || at > entries.length) return false;
    if (at === entries.length) {
      if (!browsed) return false;
      ({ draft } = browsed);
      browsed = undefined;
      return true;
    }
    browsed = { at, draft: browsed?.draft ?? draft };
    draft = draftOf(entries[at] ?? '');
    return true;
  };
  const write = (next: Draft) => {
    draft = next;
    menu = undefined;
  };
  const tab = (by: 1 | -1) => {
    if (menu) return void ({ draft, menu } = step(draft, menu, by));
    if (!complete) return;
    const before = draft;
    const mine = ++completing;
    void begin(draft, complete).then(
      (done) => {
        // Whoever wrote on meanwhile wants something else.
        if (mine !== completing || draft !== before) return;
        ({ draft, menu } = done);
        changed();
        // What can't be found out is not offered.
      },
      () => {},
    );
  };
  const enter = (): 'entered' | 'handled' => {
    menu = undefined;
    if (draft.cells[draft.at - 1]?.text !== '\\') return 'entered';
    write(replace(draft, draft.at - 1, [newline]));
    return 'handled';
  };
  const searchKey = (open: Search, key: Key) => {
    const became = open.key(key);
    if (became === 'more') return;
    if (became === 'take' && open.found !== undefined) write(draftOf(open.found));
    search = undefined;
  };

  return {
    get text() {
      return textOfDraft(draft);
    },
    set(text) {
      browsed = undefined;
      search = undefined;
      write(draftOf(text));
    },
    paste(text) {
      search = undefined;
      const sign = pastes === 0 ? '' : ` #${pastes + 1}`;
      const cells = pastedCells(text, sign);
      if (cells.length === 1 && text.length > 1) pastes++;
      write(insert(draft, cells));
    },
    get busy() {
      return search !== undefined || menu !== undefined;
    },
    key(key) {
      const { name, text } = key;
      if (search) {
        searchKey(search, key);
        return 'handled';
      }
      if (name === 'tab' || name === 'shift+tab') tab(name === 'tab' ? 1 : -1);
      else if (name === 'enter') return enter();
      else if (name === 'shift+enter' || name === 'ctrl+j') write(insert(draft, [newline]));
      else if (name === 'escape') menu = undefined;
      else if (name === 'ctrl+r') search = createSearch(history());
      else if (name === 'up' || name === 'down') {
        const by = name === 'up' ? -1 : 1;
        const moved = rowMove(draft, width(columns, mark), by);
        if (moved) draft = moved;
        else browse(by);
      } else if (name === 'ctrl+p' || name === 'ctrl+n') browse(name === 'ctrl+p' ? -1 : 1);
      else if (text !== undefined) write(type(draft, text));
      else if (Object.hasOwn(edits, name)) write(edits[name]?.(draft) ?? draft);
      else return 'unknown';
      return 'handled';
    },
    rows(now) {
      columns = now;
      if (search) return searchRows(search, columns, style);
      const { rows, row, column } = layOut(draft, width(columns, mark));
      const indent = ' '.repeat(mark.length);
      const written = rows.map((text, index) => `${index === 0 ? style.strong(mark) : indent}${text}`);
      return { rows: [...written, ...(menu ? menuOf(menu, columns, style) : [])], row, column: column + mark.length };
    },
  };
}

const width = (columns: number, mark: string) => Math.max(leastColumns, columns - mark.length - 1);

function searchRows({ query, found }: Search, columns: number, style: Style) {
  const asked = `search: ${query}`;
  const shown = found === undefined ? (query === '' ? '' : 'nothing') : visibleLine(found);
  const rows = [shownRow(style.ask(asked), columns), shownRow(style.dim(`  ${shown}`), columns)];
  return { rows, row: 0, column: Math.min(columns - 1, asked.length) };
}

function menuOf({ all, chosen }: Menu, columns: number, style: Style): readonly string[] {
  const first = Math.max(0, Math.min((chosen ?? 0) - menuRows + 2, all.length - menuRows));
  const shown = all.slice(first, first + menuRows).map((text, index) => {
    const row = shownRow(`  ${visibleLine(text)}`, columns);
    return first + index === chosen ? style.chosen(row) : style.dim(row);
  });
  const rest = all.length - shown.length;
  return rest > 0 ? [...shown, style.dim(`  ${style.signs.more} ${rest} more`)] : shown;
}
