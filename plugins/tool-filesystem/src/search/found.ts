import { printable } from '../text.js';
import type { Match } from './matches.js';

/** How much of one line, and of all lines, is shown. Unit: characters. */
const maxLine = 500;
const maxText = 256 * 1024;

export interface Page {
  /** Number of the first match to show, from 1, and how many. */
  readonly offset: number;
  readonly limit: number;
}
/** Collects what was found, as far as one answer goes. */
export interface Found {
  /** Adds a match; false: it does not fit any more. */
  add(file: { readonly path: string; readonly lines: readonly string[] }, match: Match): boolean;
  /** Adds a line about a file; false: it does not fit any more. */
  addFile(line: string): boolean;
  /** After the last match of a file. */
  endFile(): void;
  /** How many more fit at most. */
  room(): number;
  result(): { readonly text: string; readonly shown: number; readonly complete: boolean };
}

export function createFound(page: Page & { readonly before: number; readonly after: number }): Found {
  const out: string[] = [];
  let size = 0;
  let number = 0;
  let shown = 0;
  let complete = true;
  let file: { path: string; lines: readonly string[]; matches: Match[] } | undefined;
  const fits = () => {
    number++;
    if (number < page.offset) return 'before';
    if (shown === page.limit || size > maxText) return (complete = false);
    shown++;
    return true;
  };
  const push = (line: string) => {
    out.push(line);
    size += line.length + 1;
  };
  const flush = () => {
    for (const line of file ? sayFile(file, page, out.length > 0) : []) push(line);
    file = undefined;
  };
  return {
    add({ path, lines }, match) {
      const fit = fits();
      if (fit === 'before') return true;
      if (!fit) return false;
      file ??= { path, lines, matches: [] };
      file.matches.push(match);
      size += Math.min(lines[match.from]?.length ?? 0, maxLine);
      return true;
    },
    addFile(line) {
      const fit = fits();
      if (fit === true) push(line);
      return fit !== false;
    },
    endFile: flush,
    room: () => Math.max(page.offset - 1 - number, 0) + page.limit - shown,
    result() {
      flush();
      if (!complete) out.push(`[There are more. Go on with offset ${page.offset + shown}.]`);
      const nothing = page.offset === 1 ? '[Nothing was found.]' : '[There is no more.]';
      return { text: out.join('\n') || nothing, shown, complete };
    },
  };
}

/** As grep says it: `path:12:text` for a match, `path-11-text` around it, `--` between places that do not touch. */
function sayFile(
  { path, lines, matches }: { path: string; lines: readonly string[]; matches: readonly Match[] },
  { before, after }: { before: number; after: number },
  separated: boolean,
): readonly string[] {
  const out: string[] = [];
  const name = printable(path);
  const matched = new Map<number, number>();
  for (const { from, to, column } of matches)
    for (let line = from; line <= to; line++) if (!matched.has(line)) matched.set(line, line === from ? column : 0);
  const around = before + after > 0;
  // After the last line end there is no line.
  const last = lines.at(-1) === '' && lines.length > 1 ? lines.length - 2 : lines.length - 1;
  let next = -1;
  for (const { from, to } of matches) {
    const start = Math.max(from - before, 0, next);
    if (around && start > next && (out.length > 0 || separated)) out.push('--');
    for (let line = start; line <= Math.min(to + after, last); line++) {
      const column = matched.get(line);
      const mark = column === undefined ? '-' : ':';
      out.push(`${name}${mark}${line + 1}${mark}${shortened(lines[line] ?? '', column ?? 0)}`);
      next = line + 1;
    }
  }
  return out;
}

function shortened(line: string, column: number): string {
  if (line.length <= maxLine) return line;
  const from = Math.max(0, Math.min(column - maxLine / 4, line.length - maxLine));
  const rest = line.length - from - maxLine;
  const left = (count: number) => (count > 0 ? `[… ${count} characters left out …]` : '');
  return left(from) + line.slice(from, from + maxLine) + left(rest);
}
