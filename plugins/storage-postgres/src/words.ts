/** Source: PostgreSQL 18, 12.11: a lexeme is under 2 KB, a tsvector under 1 MB, positions go to 16,383, 256 a lexeme. */
const limits = { characters: 400, bytes: 900_000, position: 16_383, positions: 256 };

/** The words of a text, without case and accents: what is searched is not left to the dictionaries of a server. */
const wordsOf = (text: string): readonly string[] =>
  (
    text
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
  ).map((word) => word.slice(0, limits.characters).toWellFormed());

/** The words and where they stand, in the language of `tsvector`; as many from the beginning as one can hold. */
export function vectorOf(text: string): string {
  const places = new Map<string, number[]>();
  let bytes = 0;
  for (const [index, word] of wordsOf(text).entries()) {
    const known = places.get(word);
    bytes += known ? 2 : Buffer.byteLength(word) + 12;
    if (bytes > limits.bytes) break;
    const at = known ?? [];
    if (at.length < limits.positions) at.push(Math.min(index + 1, limits.position));
    places.set(word, at);
  }
  return [...places].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ');
}

/** Every word of the query, in the language of `tsquery`; `fs-read` is the words next to each other. */
export function queryOf(query: string): string | undefined {
  const phrases = query
    .split(/\s+/)
    .map(wordsOf)
    .filter((words) => words.length > 0)
    .map((words) => `(${words.map((word) => `'${word}'`).join(' <-> ')})`);
  return phrases.length > 0 ? phrases.join(' & ') : undefined;
}
