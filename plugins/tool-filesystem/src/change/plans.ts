import { workspaceError } from '@rustic-ai/kernel/contracts';
import { createHash } from 'node:crypto';
import { decodeText, type Encoding, encodeText, isText } from '../encoding.js';
import { counted, lineCount } from '../text.js';
import type { Change, Planned } from './changes.js';
import { applyEdit, type Edit, hasWindowsLineEnds } from './replace.js';

export const digest = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** `fs_write`: the whole content, in the encoding and with the line ends of the file it replaces. */
export function writing(input: { path: string; content: string; overwrite?: boolean }): Change {
  const { path, content, overwrite = false } = input;
  return {
    path,
    plan(data) {
      if (data && !overwrite) throw workspaceError('RUSTIC_FS_EXISTS', { path });
      const says = `${data ? 'Overwrote' : 'Wrote'} ${path}: ${lineCount(content)} lines.`;
      const basis = data ? digest(data) : '';
      const plain = { after: content, data: new TextEncoder().encode(content), overwrite, basis, says };
      if (!data) return { before: undefined, ...plain };
      if (!isText(data)) return { before: `[${data.length} bytes that are not text]\n`, ...plain };
      const { text: before, encoding } = decodeText(data, path);
      const after = asBefore(content, before);
      return { before, ...plain, after, data: encodedAs(after, encoding, path) };
    },
  };
}
function asBefore(content: string, before: string): string {
  const mark = before.startsWith('\uFEFF') && !content.startsWith('\uFEFF') ? '\uFEFF' : '';
  const windows = hasWindowsLineEnds(before) && !content.includes('\r');
  return mark + (windows ? content.replaceAll('\n', '\r\n') : content);
}
/** What the file is kept in, or UTF-8 where that has not all characters. */
function encodedAs(text: string, encoding: Encoding, path: string): Uint8Array {
  try {
    return encodeText({ text, encoding }, path);
  } catch {
    return new TextEncoder().encode(text);
  }
}

/** `fs_edit`, `fs_multi_edit`: some of the text of one file, each edit on what the one before it left. */
export function editing(
  path: string,
  edits: readonly (Omit<Edit, 'path' | 'replaceAll'> & { replaceAll?: boolean })[],
): Change {
  return {
    path,
    plan(data): Planned {
      if (!data) throw workspaceError('RUSTIC_FS_MISSING', { path });
      const { text: before, encoding } = decodeText(data, path);
      const counts: number[] = [];
      let after = before;
      for (const { old, new: next, replaceAll = false } of edits) {
        const { text, count } = applyEdit(after, { path, old, new: next, replaceAll });
        after = text;
        counts.push(count);
      }
      const all = counts.reduce((sum, count) => sum + count, 0);
      return {
        before,
        after,
        data: encodeText({ text: after, encoding }, path),
        overwrite: true,
        // Text elsewhere in the file stays as it is, so another edit of it does not matter.
        basis: counts.join(),
        says: `Replaced ${all === 1 ? 'one occurrence' : counted(all, 'occurrence')} in ${path}.`,
      };
    },
  };
}
