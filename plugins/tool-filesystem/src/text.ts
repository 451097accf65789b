import { workspaceError } from '@rustic-ai/kernel/contracts';
import { isUtf8 } from 'node:buffer';

/** A file's text as it stands, a byte order mark included. Throws: `RUSTIC_FS_BINARY`. */
export function decodeText(data: Uint8Array, path: string): string {
  if (!isText(data)) throw workspaceError('RUSTIC_FS_BINARY', { path });
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
}
/** Whether it is UTF-8 without null bytes. */
export const isText = (data: Uint8Array): boolean => isUtf8(data) && !data.includes(0);

/** A name that can be shown on one line. */
export const printable = (name: string): string => (/[\p{Cc}"]/u.test(name) ? JSON.stringify(name) : name);

export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') || !text ? 1 : 0);
