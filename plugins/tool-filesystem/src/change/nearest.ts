/** Above this the search would take longer than its help is worth. Unit: compared lines. */
const maxComparisons = 2_000_000;

/** Where the text that looks most like `wanted` stands, as the end of a sentence; '' when nothing does. */
export function sayNearest(text: string, wanted: string): string {
  const plain = (lines: string) => lines.split(/\r?\n/).map((line) => line.trim().replace(/\s+/g, ' '));
  const have = plain(text);
  const want = plain(wanted.replace(/^(\s*\n)+|\s+$/g, ''));
  if (have.length * want.length > maxComparisons) return '';
  const weight = want.map((line) => line.length);
  let best = { at: 0, score: 0 };
  for (let at = 0; at < have.length; at++) {
    let score = 0;
    for (let index = 0; index < want.length; index++)
      if (have[at + index] === want[index]) score += weight[index] as number;
    if (score > best.score) best = { at, score };
  }
  if (best.score === 0) return '';
  const [from, to] = [best.at + 1, Math.min(best.at + want.length, have.length)];
  const where = from === to ? `line ${from}` : `lines ${from} to ${to}`;
  const all = weight.reduce((sum, one) => sum + one, 0);
  return ` The nearest text is at ${where}${best.score === all ? ' and differs in white space only' : ''}.`;
}
