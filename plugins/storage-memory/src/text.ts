/** The words of a text, without case and accents. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];

/** Makes the test that a text contains every word of the query; `fs-read` is the words next to each other. */
export function matcher(query: string): (text: string) => boolean {
  const phrases = query
    .split(/\s+/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  return (text) => {
    const line = ` ${wordsOf(text).join(' ')} `;
    return phrases.length > 0 && phrases.every((words) => line.includes(` ${words.join(' ')} `));
  };
}
