import type { ScopedRule } from '../types.js';
import { createShelf, type Entry, type Matcher } from './shelf.js';

/** Names of tools, servers, secrets and the like: exact, but that a `*` stands for any run of characters. */
export function matchNames(rules: readonly ScopedRule[]): Matcher {
  const find = createShelf(
    rules.map((rule): Entry<string> => {
      const { match } = rule;
      if (!match.includes('*')) return { rule, keys: [match], covers: () => true };
      return { rule, keys: [''], covers: anyRun(match) };
    }),
  );
  return ({ resource }, applies) => {
    const rule = find(resource, [resource, ''], applies);
    return rule && { effect: rule.effect, rule };
  };
}

/** A test in which each run of `*` stands for any run of characters; linear, whatever the text. */
export function anyRun(pattern: string): (text: string) => boolean {
  const [head = '', ...rest] = pattern.split(/\*+/);
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const middle of rest) {
      const at = text.indexOf(middle, from);
      if (at < 0) return false;
      from = at + middle.length;
    }
    return from <= text.length - tail.length;
  };
}
