import type { Token, Tokens } from 'marked';
import { rowsOf, widthOf } from '../screen/rows.js';
import type { Style } from '../style.js';
import { inline } from './inline.js';
import { tableRows } from './table.js';

export interface Look {
  /** Unit: columns. */
  readonly columns: number;
  readonly style: Style;
}

/** Blocks as they are shown: wrapped, with one empty row between them. */
export const renderBlocks = (tokens: readonly Token[], look: Look): string =>
  tokens
    .map((token) => blockRows(token, look))
    .filter((rows) => rows.length > 0)
    .map((rows) => rows.join('\n'))
    .join('\n\n');

function blockRows(token: Token, look: Look): readonly string[] {
  const { columns, style } = look;
  const wrapped = (text: string) => rowsOf(text, columns);
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading;
      return wrapped(style.strong(`${'#'.repeat(depth)} ${inline(tokens, style)}`));
    }
    case 'code': {
      const { text, lang } = token as Tokens.Code;
      const diff = lang === 'diff';
      const rows = text.split('\n').map((line) => `  ${diff ? diffLine(line, style) : style.place(line)}`);
      return [...(lang ? [style.dim(`  ${lang}`)] : []), ...rows];
    }
    case 'list':
      return listRows(token as Tokens.List, look);
    case 'blockquote': {
      const bar = style.dim(`${style.signs.bar} `);
      const inner = { style, columns: columns - 2 };
      const text = renderBlocks((token as Tokens.Blockquote).tokens, inner);
      return text.split('\n').map((row) => `${bar}${row}`);
    }
    case 'table':
      return tableRows(token as Tokens.Table, look);
    case 'hr':
      return [style.dim(style.signs.rule.repeat(Math.min(columns, 40)))];
    default: {
      const { tokens, text, raw } = token as Tokens.Generic;
      return wrapped(tokens ? inline(tokens, style) : String(text ?? raw).trimEnd());
    }
  }
}

function listRows({ items, ordered, start, loose }: Tokens.List, look: Look): readonly string[] {
  const { columns, style } = look;
  return items.flatMap((item, index) => {
    const task = item.task ? `[${item.checked ? 'x' : ' '}] ` : '';
    const mark = `${ordered ? `${Number(start || 1) + index}.` : style.signs.bullet} ${task}`;
    const width = widthOf(mark);
    const inner = { style, columns: Math.max(10, columns - width) };
    const content = item.tokens.filter(({ type }) => type !== 'checkbox');
    const rows = content.flatMap((token, at) => [
      ...(loose && at > 0 && token.type !== 'space' ? [''] : []),
      ...blockRows(token, inner),
    ]);
    const lines = rows.length > 0 ? rows : [''];
    const shown = lines.map((row, at) =>
      at === 0 ? `${style.place(mark)}${row}` : `${' '.repeat(width)}${row}`.trimEnd(),
    );
    return loose && index > 0 ? ['', ...shown] : shown;
  });
}

const diffLine = (line: string, style: Style) => {
  if (line.startsWith('@@')) return style.place(line);
  if (line.startsWith('+')) return style.good(line);
  return line.startsWith('-') ? style.bad(line) : line;
};
