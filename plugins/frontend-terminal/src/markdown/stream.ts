import { visible } from '@rustic-ai/kernel/contracts';
import { lexer, type Token } from 'marked';
import type { Style } from '../style.js';
import { rowsOf } from '../screen/rows.js';
import { renderBlocks } from './blocks.js';

/** Markdown that is still being written. */
export interface MarkdownStream {
  /** All that was written so far, as it was. */
  readonly raw: string;
  /** Takes a piece; returns what is finished by it, as it is shown for good. */
  push(piece: string, columns: number): string;
  /** What is not finished, as it would be shown now. */
  tail(columns: number): string;
  /** There is no more to come: returns what was not finished. */
  end(columns: number): string;
}

/** A block is finished once another one has begun after it: until then more may belong to it. */
export function createMarkdown(style: Style): MarkdownStream {
  let raw = '';
  let open = '';
  let blocks: readonly Token[] | undefined;
  /** How long what is open was when it was looked through in vain. */
  let vain = 0;
  const tokens = () => (blocks ??= blocksIn(visible(open.replaceAll('\r\n', '\n'))));
  const shown = (some: readonly Token[], columns: number) =>
    within(
      () => renderBlocks(some, { columns, style }),
      () => rowsOf(textOf(some), columns).join('\n'),
    );
  return {
    get raw() {
      return raw;
    },
    push(piece, columns) {
      raw += piece;
      open += piece;
      blocks = undefined;
      // Only the end of a line can end a block; a long one is looked through again when it has grown by a part of itself.
      if (!piece.includes('\n') || /[\ud800-\udbff\r]$/.test(open)) return '';
      if (open.length - vain < vain / 10) return '';
      const all = tokens();
      const last = all.findLastIndex(({ type }) => type !== 'space');
      const finished = all.slice(0, Math.max(0, last));
      if (finished.every(({ type }) => type === 'space')) {
        vain = open.length;
        return '';
      }
      vain = 0;
      const rest = all.slice(last).map((token) => token.raw);
      const text = shown(finished, columns);
      // What was made visible stays what it is when it is made visible again.
      open = rest.join('');
      blocks = undefined;
      return `${text}\n\n`;
    },
    tail: (columns) => shown(tokens(), columns),
    end(columns) {
      const text = shown(tokens(), columns);
      open = '';
      blocks = undefined;
      return text === '' ? '' : `${text}\n`;
    },
  };
}

const blocksIn = (text: string): readonly Token[] =>
  within<readonly Token[]>(
    () => lexer(text),
    () => [{ type: 'text', raw: text, text }],
  );
const textOf = (tokens: readonly Token[]) =>
  tokens
    .map(({ raw }) => raw)
    .join('')
    .trim();

/** What is nested so deeply that the stack does not hold it is shown as it was written. */
function within<T>(work: () => T, asWritten: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return asWritten();
    throw error;
  }
}
