/** What becomes of the conversation after a command: it goes on, ends, or goes on with a prompt. */
export type After = void | 'leave' | { readonly prompt: string };
/** What is typed after a `/`. */
export interface SlashCommand {
  readonly name: string;
  /** What may follow the name. */
  readonly takes?: string;
  readonly summary: string;
  run(text: string, signal: AbortSignal): After | Promise<After>;
  /** What the text may be. */
  complete?(): Promise<readonly string[]>;
}

/** The name and the rest of a line that is a command; a path such as `/etc/hosts` is none. */
export function parseCommand(line: string): { readonly name: string; readonly text: string } | undefined {
  const [, name, text = ''] = /^\/([a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/i.exec(line.trim()) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), text: text.trim() };
}

/** The known name that a mistyped one is nearest to; undefined: none is near. */
export function nearestName(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, away: distance(word, name) })).toSorted((a, b) => a.away - b.away);
  const [best] = ranked;
  return best && best.away <= Math.max(1, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** Letters to add, leave out, change or swap. Source: the restricted edit distance of Damerau, 1964. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      (rows[i] as number[])[j] = swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best;
    }
  return at(a.length, b.length);
}
