import type { Access } from '../../capability.js';
import type { Rule, ScopedRule } from '../types.js';

/** Whether a rule is about whoever asks, and still holds. */
export type Applies = (rule: ScopedRule) => boolean;
/** One part of a command line, and what was decided on it. */
export interface JudgedPart {
  readonly text: string;
  readonly effect: Rule['effect'];
  readonly rule?: ScopedRule;
}
export interface Found {
  readonly effect: Rule['effect'];
  readonly rule?: ScopedRule;
  readonly parts?: readonly JudgedPart[];
}
/** The rules of one action: the strictest that covers an access. Undefined: none does. */
export type Matcher = (access: Access, applies: Applies) => Found | undefined;

/** A compiled rule. `allow` patterns are read narrowly, the others widely. */
export interface Entry<Subject> {
  readonly rule: ScopedRule;
  /** What a subject must have as one of its keys; `''` is a key of every subject. */
  readonly keys: readonly string[];
  covers(subject: Subject): boolean;
}

const order = { allow: 0, ask: 1, deny: 3 };
/** A rule that wants each call asked is stricter than one that may be answered for longer. */
const strictness = (effect: Rule['effect'], rule: Rule | undefined): number =>
  order[effect] + (effect === 'ask' && rule?.every ? 1 : 0);

/** The stricter of two, the first among equals. */
export const stricter = <T extends Found>(a: T, b: T): T =>
  strictness(b.effect, b.rule) > strictness(a.effect, a.rule) ? b : a;

/** Finds the strictest rule for a subject, the first among equals, looking only at rules filed under its keys. */
export function createShelf<Subject>(
  entries: readonly Entry<Subject>[],
): (subject: Subject, keys: readonly string[], applies: Applies) => ScopedRule | undefined {
  const filed = new Map<string, { entry: Entry<Subject>; rank: number }[]>();
  for (const [index, entry] of entries.entries()) {
    const rank = strictness(entry.rule.effect, entry.rule) - index / entries.length;
    for (const key of new Set(entry.keys)) {
      const there = filed.get(key);
      if (there) there.push({ entry, rank });
      else filed.set(key, [{ entry, rank }]);
    }
  }
  for (const there of filed.values()) there.sort((a, b) => b.rank - a.rank);
  return (subject, keys, applies) => {
    let best: { entry: Entry<Subject>; rank: number } | undefined;
    for (const key of keys)
      for (const one of filed.get(key) ?? []) {
        if (best && one.rank <= best.rank) break;
        if (applies(one.entry.rule) && one.entry.covers(subject)) best = one;
      }
    return best?.entry.rule;
  };
}
