import { visibleLine } from '@rustic-ai/kernel/contracts';
import type { Key } from '../editor/keys.js';
import type { Style } from '../style.js';
import type { Focus } from './focus.js';
import { shownRow, widthOf } from './rows.js';

/** Rows shown at once. */
const most = 10;

/**
 * Rows to choose one from: arrows move, typing narrows them down.
 *
 * Shape: resolves to the index of the chosen row; to undefined after Escape, Ctrl+C or Ctrl+D.
 */
export function createPicker(
  title: string,
  rows: readonly string[],
  style: Style,
): { readonly focus: Focus; readonly choice: Promise<number | undefined> } {
  let query = '';
  let at = 0;
  let settle: (choice: number | undefined) => void = () => {};
  const choice = new Promise<number | undefined>((resolve) => (settle = resolve));
  const found = () => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return [...rows.entries()].filter(([, row]) => words.every((word) => row.toLowerCase().includes(word)));
  };
  const key = ({ name, text }: Key) => {
    if (name === 'escape' || name === 'ctrl+c' || name === 'ctrl+d') return settle(undefined);
    if (name === 'enter') return settle(found()[at]?.[0]);
    const last = Math.max(0, found().length - 1);
    if (name === 'up' || name === 'ctrl+p') at = Math.max(0, at - 1);
    else if (name === 'down' || name === 'ctrl+n') at = Math.min(last, at + 1);
    else if (name === 'pageup') at = Math.max(0, at - most);
    else if (name === 'pagedown') at = Math.min(last, at + most);
    else if (name === 'backspace' || text !== undefined) {
      query = text === undefined ? query.slice(0, -1) : query + text;
      at = 0;
    }
  };
  const focus: Focus = {
    key,
    paste: (text) => {
      query += text.replaceAll(/\s+/g, ' ');
      at = 0;
    },
    rows(columns) {
      const all = found();
      const first = Math.max(0, Math.min(at - most + 2, all.length - most));
      const head = `${title} (Enter takes it, Esc leaves) ${visibleLine(query)}`;
      const list = all.slice(first, first + most).map(([, row], index) => {
        const shown = shownRow(`  ${visibleLine(row)}`, columns - 1);
        return first + index === at ? style.chosen(shown) : shown;
      });
      const none = all.length === 0 ? ['  nothing'] : [];
      const hidden = all.length - list.length;
      const rest = hidden > 0 ? [style.dim(`  ${style.signs.more} ${hidden} more`)] : [];
      return {
        rows: [style.ask(shownRow(head, columns - 1)), ...list, ...none, ...rest],
        row: 0,
        column: Math.min(columns - 1, widthOf(head)),
      };
    },
  };
  return { focus, choice };
}
