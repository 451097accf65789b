import { describe, expect, it } from 'vitest';
import { short } from '../src/short.js';

describe('short text', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['👍👍👍👍', 3, '👍👍…'],
    ['👍👍👍', 3, '👍👍👍'],
  ])('%s in %i characters', (text, max, expected) => expect(short(text, max)).toBe(expected));
});
