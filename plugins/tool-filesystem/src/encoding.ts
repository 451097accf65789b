import { workspaceError } from '@rustic-ai/kernel/contracts';
import { isUtf8 } from 'node:buffer';
import { mediaTypeOf } from './media-type.js';

/** As the Encoding Standard names them. `windows-1252` has every character of Latin-1, and gives any byte back. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export interface Text {
  /** With its byte order mark, if it has one. */
  readonly text: string;
  readonly encoding: Encoding;
}

/** A file's text as it stands. Throws: `RUSTIC_FS_BINARY`. */
export function decodeText(data: Uint8Array, path: string): Text {
  const encoding = encodingOf(data);
  if (!encoding) throw workspaceError('RUSTIC_FS_BINARY', { path, mediaType: mediaTypeOf(data) });
  return { text: new TextDecoder(encoding, { ignoreBOM: true }).decode(data), encoding };
}

/** Throws: `RUSTIC_FS_ENCODING` for a character it does not have. */
export function encodeText({ text, encoding }: Text, path: string): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  if (encoding !== 'windows-1252') {
    const data = Buffer.from(text, 'utf16le');
    return encoding === 'utf-16le' ? data : data.swap16();
  }
  const bytes = westernBytes();
  return Uint8Array.from(text, (character) => {
    const byte = bytes.get(character);
    if (byte === undefined) throw workspaceError('RUSTIC_FS_ENCODING', { path, encoding, character });
    return byte;
  });
}
const westernBytes = (): ReadonlyMap<string, number> => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  return new Map(Array.from(new TextDecoder('windows-1252').decode(all), (character, byte) => [character, byte]));
};

/** What a file is kept in; undefined: it is no text. `cut`: these are only its first bytes. */
export function encodingOf(data: Uint8Array, cut = false): Encoding | undefined {
  if (data[0] === 0xff && data[1] === 0xfe) return isWide(data, 'utf-16le', cut) ? 'utf-16le' : undefined;
  if (data[0] === 0xfe && data[1] === 0xff) return isWide(data, 'utf-16be', cut) ? 'utf-16be' : undefined;
  if (data.includes(0)) return wideWithoutMark(data, cut);
  if (isUtf8(cut ? withoutHalfEnd(data) : data)) return 'utf-8';
  return isWestern(data) ? 'windows-1252' : undefined;
}

export const isText = (data: Uint8Array): boolean => encodingOf(data) !== undefined;

/** Without a character of UTF-8 that was split at the end. */
function withoutHalfEnd(data: Uint8Array): Uint8Array {
  const lead = data.subarray(-4).findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return lead < 0 ? data : data.subarray(0, Math.max(0, data.length - 4) + lead);
}
const control = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
function isWide(data: Uint8Array, encoding: Encoding, cut: boolean): boolean {
  try {
    return !control.test(new TextDecoder(encoding, { fatal: true }).decode(data, { stream: cut }));
  } catch {
    return false;
  }
}
/** How much of a file decides, where much of it has to be looked at. Unit: bytes. */
const sampleBytes = 64 * 1024;
/** UTF-16 of mostly Western text: nearly every other byte is 0, and no other. */
function wideWithoutMark(data: Uint8Array, cut: boolean): Encoding | undefined {
  const sample = data.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < sample.length * 0.35 || Math.min(even, odd) > 0) return undefined;
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  return isWide(data, encoding, cut) ? encoding : undefined;
}
/** Two bytes of three are plain letters, and none is a control character that texts do not have. */
function isWestern(data: Uint8Array): boolean {
  const sample = data.subarray(0, sampleBytes);
  let plain = 0;
  for (const byte of sample) {
    if (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b) return false;
    if (byte < 0x7f) plain++;
  }
  return plain * 3 >= sample.length * 2;
}
