/**
 * A text that stands in everything a pattern matches, so that whatever lacks it can be left out unread; `''`: none is
 * known. ASCII without line ends, so that it is the same bytes in every encoding but UTF-16.
 */
export function requiredText(pattern: string, literal: boolean): string {
  if (literal) return longest(pattern.split(/[^ -~\t]+/));
  // What changes the meaning of what follows, or is written as a number.
  if (/\(\?[^:]|\\[QpPxC0-9]/.test(pattern)) return '';
  const runs: string[] = [''];
  const add = (character: string) => runs.push((runs.pop() ?? '') + character);
  const end = () => void runs.push('');
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === '|') return '';
    if (character === '(' || character === '[') {
      at = (character === '(' ? groupEnd : classEnd)(pattern, at);
      end();
    } else if (character === '\\') {
      const escaped = pattern[++at] ?? '';
      if (/[a-zA-Z]/.test(escaped)) end();
      else add(escaped);
    } else if (/[*?{]/.test(character)) {
      runs.push((runs.pop() ?? '').slice(0, -1));
      end();
      if (character === '{') at = Math.max(at, pattern.indexOf('}', at));
    } else if (/[+.^$]/.test(character) || !/[ -~\t]/.test(character)) end();
    else add(character);
  }
  return longest(runs);
}

const longest = (runs: readonly string[]): string =>
  runs.reduce((best, run) => (run.length > best.length ? run : best), '');

function classEnd(pattern: string, start: number): number {
  // The first of its members may be a bracket.
  let at = start + (pattern[start + 1] === '^' ? 3 : 2);
  for (; at < pattern.length && pattern[at] !== ']'; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
  }
  return at;
}
function groupEnd(pattern: string, start: number): number {
  let at = start + 1;
  for (; at < pattern.length && pattern[at] !== ')'; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '[') at = classEnd(pattern, at);
    else if (pattern[at] === '(') at = groupEnd(pattern, at);
  }
  return at;
}

/** What the bytes of a file must hold, as a walk takes it; undefined: nothing is known. `required` as from `requiredText`. */
export function holdingOf(required: string, ignoreCase: boolean): Uint8Array | RegExp | undefined {
  if (required === '') return undefined;
  if (!ignoreCase || !/[a-z]/i.test(required)) return Buffer.from(required);
  return new RegExp(Array.from(required, inAnyCase).join(''));
}
/** As bytes. Two letters have a third case outside ASCII. Source: CaseFolding.txt of Unicode: U+212A, U+017F. */
const thirdCases: Readonly<Record<string, string>> = { k: String.raw`|\xe2\x84\xaa`, s: String.raw`|\xc5\xbf` };
function inAnyCase(character: string): string {
  const [low, high] = [character.toLowerCase(), character.toUpperCase()];
  if (low === high) return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
  return `(?:[${low}${high}]${thirdCases[low] ?? ''})`;
}
