/**
 * The query in the language of FTS5: every word quoted, so that nothing in it is syntax; `fs-read` is the words next to
 * each other. Undefined when it has no word.
 */
export function matchOf(query: string): string | undefined {
  const words = query.split(/[\s\0]+/).filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word));
  return words.length > 0 ? words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ') : undefined;
}
