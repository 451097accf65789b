import { kernelError } from '../../errors.js';
import { anyRun } from './names.js';

/** What a library tests one name with: `?`, brackets, braces and parentheses. */
export type NameTest = (pattern: string) => (name: string) => boolean;

const elaborate = /[?[\]{}()!+@|\\]/;
const longestName = 255;

/** Throws: `RUSTIC_RULE_INVALID` for what can't be tested name by name, or could be kept busy by a path. */
export function demandGlobs(rule: string, globs: readonly string[]): void {
  const refuse = (reason: string) => kernelError('RUSTIC_RULE_INVALID', { rule, reason });
  if (globs.includes('..')) throw refuse('it has ".." after a glob');
  if (globs.some((part) => /[*+]\(/.test(part))) throw refuse('it repeats a group');
  const count = (part: string, characters: RegExp) => part.match(characters)?.length ?? 0;
  if (globs.some((part) => count(part, /[{(]/g) !== count(part, /[})]/g)))
    throw refuse('a group in it has a "/"; write a rule for each');
}

/** Whether globs need a library. */
export const isElaborate = (globs: readonly string[]): boolean => globs.some((part) => elaborate.test(part));

/**
 * Tests the names below a folder: `**` is any number of them, `*` and `?` stay within one, dotfiles included. At the
 * end, `**` is none as well, but, read narrowly, after a name that is itself a pattern.
 *
 * Shape: linear in the number of names.
 */
export function globTest(
  globs: readonly string[],
  narrow: boolean,
  library?: NameTest,
): (names: readonly string[]) => boolean {
  const parts = globs.filter((part, at) => !/^\.?$/.test(part) && !(part === '**' && globs[at - 1] === '**'));
  if (narrow && parts.at(-1) === '**' && parts.length > 1 && /[*?]/.test(parts.at(-2) ?? '')) parts.push('*');
  const tests = parts.map((part) => {
    if (part === '**') return undefined;
    const test = library && elaborate.test(part) ? library(part) : anyRun(part);
    return (name: string) => name !== '' && name.length <= longestName && test(name);
  });
  return (names) => {
    /** Which numbers of parts may be used up by the names so far. */
    let used = skip([true], tests);
    for (const name of names) {
      const next: boolean[] = [];
      for (const [at, test] of tests.entries()) {
        if (!used[at]) continue;
        if (!test) next[at] = true;
        else if (test(name)) next[at + 1] = true;
      }
      used = skip(next, tests);
    }
    return used[tests.length] === true;
  };
}

function skip(used: boolean[], tests: readonly unknown[]): boolean[] {
  for (const [at, test] of tests.entries()) if (used[at] && !test) used[at + 1] = true;
  return used;
}
