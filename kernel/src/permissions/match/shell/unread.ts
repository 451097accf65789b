import type { ScopedRule } from '../../types.js';
import { type Applies, type Found, stricter } from '../shelf.js';
import { plainWords, programOf } from './words.js';

/**
 * Finds the strictest rule whose words stand anywhere in a text, quotes and escapes left out: the first of them if the
 * text is `unread`, else all that are plain. One pass over the text, whatever its length and the number of rules.
 */
export function createScan(
  rules: readonly ScopedRule[],
): (text: string, applies: Applies, unread: boolean) => Found | undefined {
  const wanted = rules.map((rule) => {
    const [first, ...rest] = (plainWords(rule.match) ?? []).map(({ text }) => text.toLowerCase());
    const program = programOf(first);
    const some = program.split('*').toSorted((a, b) => b.length - a.length)[0] ?? '';
    return { rule, first: program, some, rest: rest.filter((word) => plain.test(word)) };
  });
  const words = new Set(wanted.flatMap(({ first, rest }) => [first, ...rest]));
  const shapes = new Set([...words].map((word) => shapeOf(word.length, word.charCodeAt(0))));
  const note = (text: string, seen: Set<string>) => {
    for (let at = 0, start = 0; at <= text.length; at++) {
      if (at < text.length && isWord(text.charCodeAt(at))) continue;
      if (at > start && shapes.has(shapeOf(at - start, text.charCodeAt(start)))) {
        const word = text.slice(start, at);
        if (words.has(word)) seen.add(word);
      }
      start = at + 1;
    }
  };
  return (line, applies, unread) => {
    if (rules.length === 0) return undefined;
    const seen = new Set<string>();
    note(line.replace(quotes, '').toLowerCase(), seen);
    if (line.search(quotes) >= 0) note(line.replace(quotes, ' ').toLowerCase(), seen);
    return wanted
      .filter(({ first, some, rest }) =>
        unread
          ? seen.has(first) || (!plain.test(first) && line.includes(some))
          : seen.has(first) && rest.every((word) => seen.has(word)),
      )
      .filter(({ rule }) => applies(rule))
      .map(({ rule }): Found => ({ effect: rule.effect, rule }))
      .reduce<Found | undefined>((best, one) => (best ? stricter(best, one) : one), undefined);
  };
}

const quotes = /['"\\]+/g;
const plain = /^[\w.+@-]+$/;
const shapeOf = (length: number, first: number) => length * 0x1_00_00 + first;
/** Letters, digits and `_ . + @ -`. */
const isWord = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 46 ||
  code === 43 ||
  code === 64 ||
  code === 45;
