import { type SessionEntry, type SessionInfo, visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { blocksOf, headOf } from './blocks.js';

/** A fence no run of backticks in the text can end. */
const fenced = (text: string): string => {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
};
/** What somebody said is quoted, so that nothing in it can pass for a heading of ours. */
const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
/** Text in a line of ours: nothing in it is syntax. */
const inline = (text: string): string => visibleLine(text).replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, String.raw`\$&`);

export function toMarkdown(session: SessionInfo, entries: readonly SessionEntry[]): string {
  const blocks = blocksOf(entries).map(({ seq, speaker, kind, text, mediaType = '' }) => {
    const head = `### ${seq} ${inline(speaker)}`;
    if (kind === 'image') return `${head}\n\n[image ${inline(mediaType)}]`;
    return `${head}\n\n${kind === 'prose' ? quoted(visible(text)) : fenced(visible(text))}`;
  });
  return `${[`# ${inline(session.title ?? session.id)}`, inline(headOf(session)), ...blocks].join('\n\n')}\n`;
}
