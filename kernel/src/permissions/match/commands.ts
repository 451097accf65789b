import { kernelError } from '../../errors.js';
import type { ScopedRule } from '../types.js';
import { type Applies, createShelf, type Entry, type Found, type JudgedPart, type Matcher, stricter } from './shelf.js';
import { isEverything, isWild, narrowly, widely } from './shell/patterns.js';
import type { Part, Reading } from './shell/reading.js';
import { createScan } from './shell/unread.js';
import { literalWords, patternOf, plainWords, programOf } from './shell/words.js';

/** What reads command lines, and what it knows about programs: loaded when there is a line to judge. */
const loadReading = () => import('./shell/reading.js');

type Subject = Pick<Part, 'words' | 'named' | 'opaque'>;

const longest = 10_000;
/** Anything that draws nothing, moves what is drawn, or passes for a space. */
const odd = /[[\p{C}\p{Z}]--[ \t\n]]/v;
/** How many lines are remembered as they were read, each of at most `shortLine` characters. */
const remembered = 256;
const shortLine = 2_000;

/** Throws: `RUSTIC_RULE_INVALID` for a pattern that no command could match. */
function compile(rule: ScopedRule): readonly Entry<Subject>[] {
  const words = plainWords(rule.match);
  if (!words) {
    if (rule.effect === 'allow' && !/(?:^|\s)\*\*?(?:\s|$)/.test(rule.match)) return [];
    throw kernelError('RUSTIC_RULE_INVALID', {
      rule: rule.match,
      reason: 'it is more than one plain command, so it can only stand whole, without "*", in an allow rule',
    });
  }
  const keys = [/[*]/.test(words[0]?.text ?? '') ? '' : programOf(words[0]?.text)];
  if (rule.effect === 'allow') return [{ rule, keys, covers: narrowly(words) }];
  const sure = { rule, keys: isEverything(words) ? keys : [...keys, unknown], covers: widely(words, true) };
  const open: ScopedRule = { ...rule, effect: 'ask' };
  return [sure, { ...sure, rule: open, covers: widely(words, false) }];
}
/** The key of commands whose program is not known. */
const unknown = '$';
const keysOf = ({ words, opaque }: Subject): readonly string[] =>
  words.length === 0 ? [''] : [programOf(words[0]), '', ...(opaque ? [unknown] : [])];

/**
 * Command lines of bash, by the commands in them.
 *
 * Shape: a line is denied, or asked about, if any part of it is, read widely; it is allowed only if every part is, read
 *   narrowly: word by word, `*` one word, a final `**` any rest, otherwise exact, quotes as in the shell. What runs
 *   another command is judged as it stands and the other by itself; a rule that names the other's program covers both.
 *   Substitutions, arithmetic, assignments that programs may act on, redirections that write anywhere but to
 *   `/dev/null` or another stream or read from outside the folder, code for an interpreter and globs where an option
 *   may stand are asked about, unless a rule names that very word, or the whole line, character by character and
 *   without `*`, or is `**`. `**` covers all that can be known; what runs can't be known after a function, an alias, or
 *   an unknown command word. What can't be read (an error anywhere, over 10,000 characters, 200 parts or 12 levels,
 *   invisible characters) is asked about at least, and denied if the first word of such a rule stands anywhere in it; where
 *   code may hide in words that were read, if all plain words of the rule stand in it.
 * Throws: `RUSTIC_RULE_INVALID`, at once.
 */
export function matchCommands(rules: readonly ScopedRule[]): () => Promise<Matcher> {
  const find = createShelf(rules.flatMap(compile));
  const scan = createScan(rules.filter(({ effect }) => effect !== 'allow'));
  const whole = createShelf(
    rules
      .filter(({ effect, match }) => effect === 'allow' && !isWild(plainWords(match) ?? []))
      .map((rule): Entry<string> => ({ rule, keys: [rule.match.trim()], covers: () => true })),
  );
  return async () => {
    const [grammar, { mayHide, readLine }] = await Promise.all([import('unbash'), loadReading()]);
    const readings = new Map<string, Reading>();
    const read = (line: string): Reading => {
      if (line.length > longest || odd.test(line)) return { parts: [], understood: false };
      const reading = readings.get(line) ?? readLine(line, grammar);
      readings.delete(line);
      if (line.length <= shortLine) readings.set(line, reading);
      for (const oldest of readings.keys()) {
        if (readings.size <= remembered) break;
        readings.delete(oldest);
      }
      return reading;
    };
    return ({ resource }, applies) => {
      const { parts, understood } = read(resource);
      const line = understood ? whole(resource.trim(), [resource.trim()], applies) : undefined;
      const judged = parts.map((part) => judge(part, line, applies));
      const hidden = parts.some(mayHide) || /`|\$\(/.test(resource);
      const scanned = !understood || hidden ? scan(resource, applies, !understood) : undefined;
      const all: Found[] = [...judged, ...(scanned ? [scanned] : [])];
      if (!understood || parts.length === 0) all.push({ effect: 'ask' });
      const { effect, rule } = all.reduce(stricter);
      return { effect, ...(rule && { rule }), parts: judged };
    };
  };

  function judge(part: Part, line: ScopedRule | undefined, applies: Applies): JudgedPart {
    const loosening = (subject: Subject) =>
      find(subject, keysOf(subject), (rule) => rule.effect === 'allow' && applies(rule));
    const rule = find(part, keysOf(part), applies) ?? (part.within && loosening(part.within)) ?? line;
    return { text: part.text, effect: rule?.effect ?? 'ask', ...(rule && { rule }) };
  }
}

/** The pattern that covers exactly this line; none, unless it is one command of literal words that is all it runs. */
export async function patternFor(line: string): Promise<string | undefined> {
  const words = line.length > longest || odd.test(line) ? undefined : literalWords(line);
  return words && (await loadReading()).isAll(words) ? patternOf(words) : undefined;
}
