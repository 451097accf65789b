import { workspaceError } from '@rustic-ai/kernel/contracts';
import { createHash } from 'node:crypto';
import type { Change } from './change.js';
import { applyEdit, type Edit } from './edit.js';
import { decodeText, isText, lineCount } from './text.js';

const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

/** `fs_write`: the whole content. */
export function writing(input: { path: string; content: string; overwrite?: boolean }): Change {
  const { path, content, overwrite = false } = input;
  return {
    path,
    plan(data) {
      if (data && !overwrite) throw workspaceError('RUSTIC_FS_EXISTS', { path });
      const says = `${data ? 'Overwrote' : 'Wrote'} ${path}: ${lineCount(content)} lines.`;
      const before = data && (isText(data) ? decodeText(data, path) : `[${data.length} bytes that are not text]\n`);
      return { before, after: content, overwrite, basis: data ? digest(data) : '', says };
    },
  };
}

/** `fs_edit`: some of the text. */
export function editing(input: Omit<Edit, 'replaceAll'> & { replaceAll?: boolean }): Change {
  const { path, replaceAll = false } = input;
  return {
    path,
    plan(data) {
      if (!data) throw workspaceError('RUSTIC_FS_MISSING', { path });
      const before = decodeText(data, path);
      const { text: after, count } = applyEdit(before, { ...input, replaceAll });
      const says = `Replaced ${count === 1 ? 'one occurrence' : `${count} occurrences`} in ${path}.`;
      // Text elsewhere in the file stays as it is, so another edit of it does not matter.
      return { before, after, overwrite: true, basis: String(count), says };
    },
  };
}
