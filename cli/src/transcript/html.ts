import { createHash } from 'node:crypto';
import { type SessionEntry, type SessionInfo, visible } from '@rustic-ai/kernel/contracts';
import { type Block, blocksOf, headOf } from './blocks.js';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
h1{font-size:1.4em}h2{font-size:.9em;margin:1.5em 0 .3em;color:#555}p.head{color:#555}
div,pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}pre{background:#f4f4f4;padding:.6em;font-size:.85em}img{max-width:100%}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}h2,p.head{color:#aaa}pre{background:#262626}}`;
/** Nothing is loaded and nothing runs: one style by its digest, and images that stand in the file. */
const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
/** Image types that can not hold a script. */
const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

function content({ kind, text, mediaType = '' }: Block): string {
  if (kind === 'prose') return `<div>${escaped(text)}</div>`;
  if (kind === 'data') return `<pre>${escaped(text)}</pre>`;
  const shown = images.includes(mediaType) && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return shown
    ? `<img alt="image" src="data:${mediaType};base64,${text}">`
    : `<pre>[image ${escaped(mediaType)}]</pre>`;
}

/** One file that needs no other, and no script. */
export function toHtml(session: SessionInfo, entries: readonly SessionEntry[]): string {
  const title = escaped(session.title ?? session.id);
  const blocks = blocksOf(entries).map(
    (block) => `<h2>${block.seq} ${escaped(block.speaker)} · ${escaped(block.ts)}</h2>\n${content(block)}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
<p class="head">${escaped(headOf(session))}</p>
${blocks.join('\n')}
</body>
</html>
`;
}
