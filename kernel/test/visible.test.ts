import { visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';

describe('visible text', () => {
  it.each([
    ['plain text', 'Grüße, 世界 👍', 'Grüße, 世界 👍'],
    ['line feeds and tabs', 'a\n\tb', 'a\n\tb'],
    ['an escape sequence', '\u001b[2J\u001b]0;title\u0007', '^[[2J^[]0;title^G'],
    ['carriage return and backspace', 'safe\r\brm', 'safe^M^Hrm'],
    ['NUL and DEL', '\u0000\u007f', '^@^?'],
    ['C1 controls', '\u009b31m', '\\u{9b}31m'],
    [
      'bidirectional overrides and isolates',
      '\u202egpj.\u2066x\u2069\u200f',
      '\\u{202e}gpj.\\u{2066}x\\u{2069}\\u{200f}',
    ],
    ['zero-width characters and byte order marks', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['tag characters', 'a\u{e0041}', 'a\\u{e0041}'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['a lone surrogate', 'a\ud83d', 'a\\u{d83d}'],
    ['joiners, which fonts need', '👩\u200d💻 می\u200cخواهم', '👩\u200d💻 می\u200cخواهم'],
  ])('shows %s', (_, text, expected) => expect(visible(text)).toBe(expected));

  it('keeps to one line where that is asked', () => expect(visibleLine('a\n\tb\r')).toBe('a^J^Ib^M'));
});
