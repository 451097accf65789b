import type { Key } from '../editor/keys.js';
import { createLine } from '../editor/line.js';
import type { Style } from '../style.js';
import type { Focus } from './focus.js';
import { rowsOf } from './rows.js';

/**
 * A line of its own for the answer to a question. What was typed before it was shown is not in it.
 *
 * Shape: resolves to what was entered; to undefined when it was left with Ctrl+D or Ctrl+C.
 */
export function askLine(
  question: string,
  { style, changed, interrupt }: { readonly style: Style; changed(): void; interrupt(): void },
): { readonly focus: Focus; readonly answer: Promise<string | undefined> } {
  const line = createLine({ style, history: () => [], changed });
  let settle: (answer: string | undefined) => void = () => {};
  const answer = new Promise<string | undefined>((resolve) => (settle = resolve));
  const focus: Focus = {
    key(key: Key) {
      if (key.name === 'ctrl+d' && line.text === '') return settle(undefined);
      if (key.name === 'ctrl+c') {
        interrupt();
        return settle(undefined);
      }
      if (line.key(key) === 'entered') settle(line.text);
    },
    paste: (text) => line.paste(text),
    rows(columns) {
      const asked = rowsOf(style.ask(question.trim()), columns - 1);
      const { rows, row, column } = line.rows(columns);
      return { rows: [...asked, ...rows], row: asked.length + row, column };
    },
  };
  return { focus, answer };
}
