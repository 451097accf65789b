/**
 * A word as far as it is known before it runs: what stands for something unknown is a mark.
 * `split` may become any number of words, among them options; `loose` stays part of a word that begins as it stands.
 */
export const split = '\uffff';
export const loose = '\ufffe';

export const isKnown = (word: string): boolean => !word.includes(split) && !word.includes(loose);
/** Whether a word may turn out to be an option that is not seen. */
export const isUnstable = (word: string): boolean =>
  word.includes(split) || word.startsWith(loose) || (word.startsWith('-') && word.includes(loose));

/** One word of a rule. */
export interface PatternWord {
  readonly text: string;
  readonly quoted: boolean;
}
const piece = /([ \t]+)|'([^']*)'|"([^"\\$`]*)"|\\([^\n])|([^\s'"\\$`;|&<>()]+)/y;

/** The words of a line that has no more than words and quotes, else undefined. */
export function plainWords(line: string): readonly PatternWord[] | undefined {
  const words: { text: string; quoted: boolean }[] = [];
  let open: { text: string; quoted: boolean } | undefined;
  const text = line.trim();
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const found = piece.exec(text);
    if (!found) return undefined;
    const [, space, single, double, escaped, bare] = found;
    if (space !== undefined) {
      open = undefined;
      continue;
    }
    if (!open) words.push((open = { text: '', quoted: false }));
    open.text += single ?? double ?? escaped ?? bare ?? '';
    open.quoted ||= bare === undefined;
  }
  return words.length > 0 ? words : undefined;
}

const safe = /^[\w./:=@%+,-]+$/;
const isReserved = /^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|in|select|function|time|coproc)$/;
/** Tilde, history, comments and globs mean something outside of quotes. */
const meaningful = /[~!#*?[\]{}^]/;

/** The words of one command of nothing but literal words, else undefined. */
export function literalWords(line: string): readonly string[] | undefined {
  const words = plainWords(line);
  const [first] = words ?? [];
  if (!words || !first || first.text.includes('=') || isReserved.test(first.text)) return undefined;
  if (meaningful.test(line.replace(/'[^']*'|"[^"]*"|\\./g, ''))) return undefined;
  return words.map(({ text }) => text);
}

/** A pattern of exactly these words. */
export const patternOf = (words: readonly string[]): string =>
  words.map((word) => (safe.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

/** The program a command word starts, however it is reached. */
export const programOf = (word: string | undefined): string =>
  (word ?? '').slice((word ?? '').lastIndexOf('/') + 1).toLowerCase();
