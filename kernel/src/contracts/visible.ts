/**
 * What a terminal would obey or hide instead of show: control characters, invisible format characters (bidirectional
 * ones, zero-width space, tags), line separators, lone surrogates. Joiners and the Arabic number signs are shown by fonts.
 */
const unseen = /(?!\u200c|\u200d|[\u0600-\u0605\u06dd\u070f\u08e2])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x7f) return '^?';
  return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `\\u{${code.toString(16)}}`;
}

/** The text as it is safe to show: `^[` for ESC, `\u{202e}` for what has no caret form. Keeps line feeds and tabs. */
export const visible = (text: string): string =>
  text.replace(unseen, (character) => (character === '\n' || character === '\t' ? character : escape(character)));

/** The same on one line: line feeds and tabs are shown as `^J` and `^I`. */
export const visibleLine = (text: string): string => text.replace(unseen, escape);
