import Turndown from 'turndown';

/** An element as Markdown, tables included. */
export function markdownOf(element: HTMLElement): string {
  const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---' });
  turndown.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content) =>
      ` ${content
        .trim()
        .replace(/\s*\n\s*/g, ' ')
        .replaceAll('|', '\\|')} |`,
  });
  turndown.addRule('row', {
    filter: 'tr',
    replacement(content, row) {
      const cells = (row as HTMLElement).querySelectorAll('th, td').length;
      const table = (row as HTMLElement).closest('table');
      const first = table?.querySelector('tr') === row;
      return cells === 0 ? '' : `\n|${content}${first ? `\n|${' --- |'.repeat(cells)}` : ''}`;
    },
  });
  turndown.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  turndown.addRule('sections', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  return turndown.turndown(element).trim();
}
