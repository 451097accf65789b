import { closest, distance } from 'fastest-levenshtein';

/** "Did you mean …?" for a word that is close to one of the known ones; else what is known. */
export function suggest(word: string, known: readonly string[]): string {
  const best = known.length > 0 ? closest(word, known) : undefined;
  if (best !== undefined && distance(word, best) <= Math.max(2, word.length / 3)) return `Did you mean "${best}"?`;
  return known.length > 0 ? `Use one of: ${known.join(', ')}` : 'Remove it.';
}
