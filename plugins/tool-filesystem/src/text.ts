/** A name that can be shown on one line, and not be taken for another: what controls a terminal or a direction is escaped. */
export const printable = (name: string): string =>
  /[\p{Cc}\p{Bidi_Control}\u2028\u2029"]/u.test(name) ? escaped(JSON.stringify(name)) : name;

const escaped = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') || !text ? 1 : 0);

/** As many as a noun needs: `1 file`, `2 files`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
