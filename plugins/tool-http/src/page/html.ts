/// <reference lib="dom" />
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { markdownOf } from './markdown.js';
import type { Page, Source } from './worker.js';

/** What no reader sees. */
const unseen = 'script, style, noscript, template, iframe, object, embed, svg, canvas';

/** A page as Markdown: the article Readability finds, or all of the body where it finds none. */
export function readHtml({ bytes, url, charset, part }: Source): Page {
  const html = whole(decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), charset));
  const document = cleaned(html, url);
  const title = document.title.replace(/\s+/g, ' ').trim();
  // It takes apart what it is given.
  const article = part === 'article' ? new Readability(document, { keepClasses: true }).parse() : undefined;
  const content = article?.content && markdownOf(parseHTML(whole(article.content)).document.body);
  const named = (content && article.title?.trim()) || title;
  return { text: content || markdownOf(cleaned(html, url).body), ...(named && { title: named }) };
}

function cleaned(html: string, url: string): Document {
  const { document } = parseHTML(html);
  for (const element of document.querySelectorAll(unseen)) element.remove();
  makeAbsolute(document, url);
  return document;
}

/** The parser adds nothing that a page left out, and what reads it wants a body. */
const whole = (html: string) => (/<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);

/** Source: WHATWG HTML, "determining the character encoding", for pages that say it in a `meta`. */
function decode(bytes: Buffer, charset?: string): string {
  const [, named] = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(bytes.toString('latin1', 0, 2_048)) ?? [];
  for (const one of [charset, named])
    try {
      if (one) return new TextDecoder(one).decode(bytes);
    } catch {
      // A name nobody knows: the next one, or UTF-8.
    }
  return new TextDecoder().decode(bytes);
}

/** Links lead where they led on the page; what is no address of the web leads nowhere. */
function makeAbsolute(document: Document, url: string): void {
  const base = URL.parse(document.querySelector('base')?.getAttribute('href') ?? '', url)?.href ?? url;
  for (const [selector, attribute] of [
    ['a[href]', 'href'],
    ['img[src]', 'src'],
  ] as const)
    for (const element of document.querySelectorAll(selector)) {
      const at = URL.parse(element.getAttribute(attribute) ?? '', base);
      if (at && /^(?:https?|mailto):$/.test(at.protocol)) element.setAttribute(attribute, at.href);
      else element.removeAttribute(attribute);
    }
}
