import type { Token, Tokens } from 'marked';
import type { Style } from '../style.js';

/** Words and what stands in them, on as many lines as they have. */
export const inline = (tokens: readonly Token[] | undefined, style: Style): string =>
  (tokens ?? []).map((token) => piece(token, style)).join('');

function piece(token: Token, style: Style): string {
  switch (token.type) {
    case 'strong':
      return style.strong(inline((token as Tokens.Strong).tokens, style));
    case 'em':
      return style.slanted(inline((token as Tokens.Em).tokens, style));
    case 'del':
      return style.struck(inline((token as Tokens.Del).tokens, style));
    case 'codespan':
      return style.place((token as Tokens.Codespan).text);
    case 'br':
      return '\n';
    case 'link': {
      const { tokens, href, text } = token as Tokens.Link;
      // Where a link leads is always told: its words may say something else.
      return text === href || `mailto:${text}` === href
        ? style.place(href)
        : `${inline(tokens, style)} ${style.dim(`(${href})`)}`;
    }
    case 'image': {
      const { text, href } = token as Tokens.Image;
      return `[${text || 'image'}] ${style.dim(`(${href})`)}`;
    }
    default: {
      const { tokens, text, raw } = token as Tokens.Generic;
      return tokens ? inline(tokens, style) : String(text ?? raw);
    }
  }
}
