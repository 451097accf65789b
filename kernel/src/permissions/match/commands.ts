import type { Matcher } from './pattern.js';

/** Anything a shell gives a meaning to. A line with one of these is not understood, so no allow rule covers it. */
const meaningful = /[^\w\s./:=@%+,-]/;
const longest = 10_000;

const tokensOf = (line: string) => line.trim().split(/\s+/);

/** `*` is one token, a final `**` any rest, everything else exact: `git status` does not cover `git status -s`. */
function covers(pattern: readonly string[], tokens: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  return begins(open ? pattern.slice(0, -1) : pattern, tokens, 0) && (open || pattern.length === tokens.length);
}
const begins = (pattern: readonly string[], tokens: readonly string[], from: number): boolean =>
  from + pattern.length <= tokens.length &&
  pattern.every((part, index) => part === '*' || part === tokens[from + index]);

/** Matches whole command lines. Narrow: only plain lines are understood. Wide: any part of any line may match. */
export function matchCommand(pattern: string): Matcher {
  const tokens = tokensOf(pattern);
  const start = tokens.at(-1) === '**' ? tokens.slice(0, -1) : tokens;
  if (pattern === '**') return () => true;
  return ({ resource }, strict) => {
    if (strict === 'narrow')
      return (
        resource.length <= longest &&
        !meaningful.test(resource) &&
        !/[\r\n]/.test(resource.trim()) &&
        covers(tokens, tokensOf(resource))
      );
    // A deny rule reads every run of words between metacharacters, from each word on.
    return resource.split(/[^\w\s./:=@%+,*?~-]+|[\r\n]+/).some((piece) => {
      const words = tokensOf(piece);
      return words.some((_, from) => begins(start, words, from));
    });
  };
}
