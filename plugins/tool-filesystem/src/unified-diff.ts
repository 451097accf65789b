import { printable } from './text.js';

/** How long the search for the smallest diff may take, and how much of it is shown. Unit: ms; characters. */
const searchMs = 50;
const maxCharacters = 64 * 1024;

/** A unified diff of one file; '' when nothing changes. `before` undefined: the file is new; `after`: it is gone. */
export async function unifiedDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  to = path,
): Promise<string> {
  if (before === after) return '';
  const { formatPatch, structuredPatch } = await import('diff');
  const names = [
    before === undefined ? '/dev/null' : `a/${printable(path)}`,
    after === undefined ? '/dev/null' : `b/${printable(to)}`,
  ] as const;
  const options = { context: 3, timeout: searchMs };
  const found = structuredPatch(...names, before ?? '', after ?? '', undefined, undefined, options);
  const header = `--- ${names[0]}\n+++ ${names[1]}\n`;
  const hunks = found
    ? formatPatch(found).replace(/^(=+\n)?--- .*\n\+\+\+ .*\n/, '')
    : replacement(before ?? '', after ?? '');
  const text = header + hunks;
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, text.lastIndexOf('\n', maxCharacters) + 1)}[… the rest of the diff is left out …]\n`;
}

/** Every line taken out and every new one put in: for texts too different to compare. */
function replacement(before: string, after: string): string {
  const lines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
  const [old, next] = [lines(before), lines(after)];
  const range = (count: number) => `${count ? 1 : 0},${count}`;
  const body = [...old.map((line) => `-${line}`), ...next.map((line) => `+${line}`)];
  return [`@@ -${range(old.length)} +${range(next.length)} @@`, ...body, ''].join('\n');
}
