import { workspaceError } from '@rustic-ai/kernel/contracts';
import { sayNearest } from './nearest.js';

export interface Edit {
  readonly path: string;
  readonly old: string;
  readonly new: string;
  readonly replaceAll: boolean;
}
interface Match {
  readonly from: number;
  readonly to: number;
}

/**
 * Replaces exact text. In a file with Windows line ends `old` may have plain ones, and `new` gets the file's.
 *
 * Throws: `RUSTIC_FS_NO_MATCH`, `RUSTIC_FS_MANY_MATCHES`.
 */
export function applyEdit(text: string, edit: Edit): { readonly text: string; readonly count: number } {
  const matches = findMatches(text, edit.old);
  const [first] = matches;
  if (!first) throw workspaceError('RUSTIC_FS_NO_MATCH', { path: edit.path, nearest: sayNearest(text, edit.old) });
  if (matches.length > 1 && !edit.replaceAll)
    throw workspaceError('RUSTIC_FS_MANY_MATCHES', { path: edit.path, count: matches.length });
  const replacement = hasWindowsLineEnds(text) ? edit.new.replace(/\r?\n/g, '\r\n') : edit.new;
  let result = '';
  let at = 0;
  for (const { from, to } of matches) {
    result += text.slice(at, from) + replacement;
    at = to;
  }
  return { text: result + text.slice(at), count: matches.length };
}

function findMatches(text: string, old: string): readonly Match[] {
  const exact: Match[] = [];
  for (let from = text.indexOf(old); from !== -1; from = text.indexOf(old, from + old.length))
    exact.push({ from, to: from + old.length });
  if (exact.length > 0 || !old.includes('\n') || !text.includes('\r\n')) return exact;
  const anyLineEnd = new RegExp(old.split(/\r?\n/).map(literally).join('\r?\n'), 'g');
  return [...text.matchAll(anyLineEnd)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** Whether most lines end so. */
export const hasWindowsLineEnds = (text: string) => {
  const windows = text.split('\r\n').length - 1;
  return windows > 0 && windows * 2 >= text.split('\n').length - 1;
};
