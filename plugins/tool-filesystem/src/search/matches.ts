import type { RE2JS } from 're2js';
import { setImmediate } from 'node:timers/promises';
import { compilePattern } from './pattern.js';
import { holdingOf, requiredText } from './required.js';

/** Lines of a text, counted from 0. */
export interface Match {
  readonly from: number;
  readonly to: number;
  /** Where in its first line it begins. */
  readonly column: number;
}
export interface SearchedText {
  readonly text: string;
  /** The text, split at its line ends. Asked for only where there may be a match. */
  readonly lines: readonly string[];
}
export interface Matcher {
  /** What a file with a match holds, as a walk takes it. */
  readonly holding: Uint8Array | RegExp | undefined;
  /** At most one match for each line. */
  find(text: SearchedText): AsyncIterable<Match>;
}

/** How long other work of the process waits at most. Unit: ms. */
const sliceMs = 10;

/** Throws: `RUSTIC_FS_PATTERN`. */
export async function createMatcher(wanted: {
  readonly pattern: string;
  readonly literal: boolean;
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
}): Promise<Matcher> {
  const { pattern, ignoreCase } = wanted;
  const multiline = wanted.multiline || (wanted.literal && pattern.includes('\n'));
  const plain = wanted.literal || !/[\\^$.*+?()[\]{}|]/.test(pattern);
  const expression = plain ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`) : pattern;
  const compiled = await compilePattern(expression, pattern, { ignoreCase, multiline });
  return {
    holding: holdingOf(requiredText(pattern, plain), ignoreCase),
    find: (text) => matchesIn({ compiled, text, multiline, eachLine: /\\[Az]/.test(expression) }),
  };
}

interface Finding {
  readonly compiled: RE2JS;
  readonly text: SearchedText;
  readonly multiline: boolean;
  /** The whole text says nothing about its lines: the pattern is about where a text begins or ends. */
  readonly eachLine: boolean;
}
async function* matchesIn({ compiled, text, multiline, eachLine }: Finding): AsyncIterable<Match> {
  if (!eachLine && !compiled.test(text.text)) return;
  const { lines } = text;
  const { length } = text.text;
  const whole = compiled.matcher(text.text);
  let sliceEnd = performance.now() + sliceMs;
  let start = 0;
  let line = 0;
  const lengthOf = (at: number) => (lines[at] ?? '').length;
  while (line < lines.length) {
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + sliceMs;
    }
    if (!eachLine) {
      if (start > length || !whole.find(start)) return;
      for (const found = whole.start(); start + lengthOf(line) < found; line++) start += lengthOf(line) + 1;
    }
    // After the last line end there is no line.
    if (line === lines.length - 1 && lengthOf(line) === 0 && line > 0) return;
    let to = line;
    let end = start + lengthOf(line);
    if (multiline && !eachLine) {
      for (const last = Math.max(whole.end() - 1, start); end < last; to++) end += 1 + lengthOf(to + 1);
      yield { from: line, to, column: whole.start() - start };
    } else {
      const inLine = compiled.matcher(lines[line] ?? '');
      if (inLine.find()) yield { from: line, to, column: inLine.start() };
    }
    line = to + 1;
    start = end + 1;
  }
}
