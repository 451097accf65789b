import { anyRun } from '../names.js';
import type { Part } from './reading.js';
import { isKnown, type PatternWord, programOf, split } from './words.js';

const isStar = ({ text, quoted }: PatternWord | { text: string; quoted: boolean }) => text === '*' && !quoted;
const isOpen = (words: readonly PatternWord[]): boolean => words.at(-1)?.text === '**' && !words.at(-1)?.quoted;
export const isEverything = (words: readonly PatternWord[]): boolean => words.length === 1 && isOpen(words);
/** Whether a word of a pattern stands for others than itself. */
export const isWild = (words: readonly PatternWord[]): boolean => isOpen(words) || words.some(isStar);

type Covers = (part: Pick<Part, 'words' | 'named' | 'opaque'>) => boolean;

/**
 * Word by word: `*` is one word, a final `**` any rest, everything else is exact. What a part has to have named must
 * stand in the pattern itself; a word that may become several is only covered by `**`.
 */
export function narrowly(pattern: readonly PatternWord[]): Covers {
  if (isEverything(pattern)) return ({ opaque }) => !opaque;
  const open = isOpen(pattern);
  const fixed = open ? pattern.slice(0, -1) : pattern;
  return ({ words, named, opaque }) =>
    !opaque &&
    (open ? words.length >= fixed.length : words.length === fixed.length) &&
    fixed.every((one, at) => (isStar(one) ? isKnown(words[at] ?? split) : one.text === words[at])) &&
    named.every((at) => fixed[at] !== undefined && !isStar(fixed[at]));
}

/** A word of a pattern as it is read widely: a `*` in it stands for any run of characters. */
interface WideWord {
  readonly text: string;
  readonly matches: (word: string) => boolean;
}
const wideWord = ({ text, quoted }: PatternWord): WideWord => {
  if (quoted || !text.includes('*')) return { text, matches: (word) => word === text };
  return { text, matches: anyRun(text) };
};

/**
 * As the beginning of a command: by the program's name, however it is reached; options stand anywhere, short ones alone
 * or together, long ones shortened or with a value; before other words options and a value of each may stand.
 *
 * Shape: `certain` is what is covered whatever the unknown words turn out to be; otherwise what may be.
 */
export function widely(pattern: readonly PatternWord[], certain: boolean): Covers {
  if (isEverything(pattern)) return () => true;
  const [first, ...rest] = (isOpen(pattern) ? pattern.slice(0, -1) : pattern).map(wideWord);
  const program = anyRun(programOf(first?.text));
  const options = rest.filter(({ text }) => /^-./.test(text));
  const operands = rest.filter(({ text }) => !/^-./.test(text));
  return ({ words }) => {
    const known = isKnown(words[0] ?? split);
    if (words.length === 0 || (known ? !program(programOf(words[0])) : certain)) return false;
    const guess = !certain && words.some((word) => !isKnown(word));
    return (
      options.every((option) => guess || hasOption(option, words)) &&
      (operands.length === 0 || hasOperands(operands, words, certain))
    );
  };
}

function hasOption({ text, matches }: WideWord, words: readonly string[]): boolean {
  const letters = /^-[A-Za-z]{1,4}$/.test(text) ? [...text.slice(1)] : [];
  const bundles = words.filter((word) => /^-[A-Za-z0-9]+$/.test(word));
  if (letters.length > 0 && letters.every((letter) => bundles.some((word) => word.includes(letter)))) return true;
  return words.some((word, at) => {
    if (at === 0) return false;
    const [name = ''] = word.split('=', 1);
    return matches(word) || name === text || (/^--..*/.test(name) && text.startsWith(name));
  });
}

/** Whether the words follow each other, but for options and a value after each. */
function hasOperands(wanted: readonly WideWord[], words: readonly string[], certain: boolean): boolean {
  let reached = new Set([1]);
  for (const one of wanted) {
    const next = new Set<number>();
    const last = words.length;
    for (let at = Math.min(...reached); at < last; at++) {
      if (!reached.has(at)) continue;
      const word = words[at] ?? '';
      if (!isKnown(word) && !certain) return true;
      if (one.matches(word)) next.add(at + 1);
      if (word.startsWith('-')) reached.add(at + 1).add(at + 2);
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return true;
}
