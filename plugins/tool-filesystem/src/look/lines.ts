import { workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { type Encoding, encodingOf } from '../encoding.js';
import { mediaTypeOf } from '../media-type.js';

/** What one call gives back at most. Unit: lines; bytes. */
const maxLines = 2_000;
const maxBytes = 256 * 1024;
const blockBytes = 1024 * 1024;

export interface Lines {
  /** Whole lines, or the beginning of the one line that is too long by itself. */
  readonly text: string;
  readonly cut: boolean;
  /** Number of the line after the text; absent when the file ends with it. */
  readonly next?: number;
  /** How many lines the file has; known when its end was reached. */
  readonly total?: number;
  readonly encoding: Encoding;
}

/**
 * Reads some lines of a file, in blocks: memory stays flat for a file of any size. A byte order mark is left out.
 *
 * Throws: `RUSTIC_FS_BINARY` when what was passed on the way is not text; what `read` throws.
 */
export async function readLines(file: {
  readonly read: WorkspaceFiles['read'];
  readonly path: string;
  /** The first line, from 1. */
  readonly offset: number;
  readonly limit: number;
  readonly signal: AbortSignal;
}): Promise<Lines> {
  const end = file.offset + Math.min(file.limit, maxLines);
  let whole = '';
  // The beginning of the line that the block ended in.
  let open = '';
  let room = maxBytes;
  let line = 1;
  let inLine = false;
  let encoding: Encoding = 'utf-8';
  for await (const [piece, found] of piecesOf(file)) {
    encoding = found;
    if (line === end) return { text: whole, cut: false, next: line, encoding };
    inLine = !piece.endsWith('\n');
    if (line >= file.offset) {
      const bytes = Buffer.byteLength(piece);
      if (bytes > room && line > file.offset) return { text: whole, cut: false, next: line, encoding };
      if (bytes > room) return { text: open + beginning(piece, room), cut: true, next: line + 1, encoding };
      room -= bytes;
      open += piece;
      if (!inLine) {
        whole += open;
        open = '';
      }
    }
    if (!inLine) line++;
  }
  return { text: whole + open, cut: false, total: inLine ? line : line - 1, encoding };
}

/** The text line by line, each with its line end; a line that is not over yet comes in several pieces. */
async function* piecesOf(file: Parameters<typeof readLines>[0]): AsyncIterable<readonly [string, Encoding]> {
  let decoding: Decoding | undefined;
  for (let offset = 0, ended = false; !ended; offset += blockBytes) {
    file.signal.throwIfAborted();
    const block = await file.read(file.path, { offset, length: blockBytes });
    ended = block.length < blockBytes;
    decoding ??= decodingOf(block, { path: file.path, ended });
    const text = decode(decoding, block, { path: file.path, ended });
    for (let from = 0; from < text.length;) {
      const to = text.indexOf('\n', from) + 1 || text.length;
      yield [text.slice(from, to), decoding.encoding];
      from = to;
    }
  }
}
interface Decoding {
  readonly encoding: Encoding;
  readonly decoder: InstanceType<typeof TextDecoder>;
}
interface Place {
  readonly path: string;
  readonly ended: boolean;
}
/** The first block says what the file is kept in. */
function decodingOf(block: Uint8Array, { path, ended }: Place): Decoding {
  const encoding = encodingOf(block, !ended);
  if (!encoding) throw workspaceError('RUSTIC_FS_BINARY', { path, mediaType: mediaTypeOf(block) });
  return { encoding, decoder: new TextDecoder(encoding, { fatal: true }) };
}
function decode({ decoder, encoding }: Decoding, block: Uint8Array, { path, ended }: Place): string {
  const refuse = (cause?: unknown) =>
    workspaceError('RUSTIC_FS_BINARY', { path, mediaType: 'application/octet-stream' }, cause);
  if (!encoding.startsWith('utf-16') && block.includes(0)) throw refuse();
  try {
    return decoder.decode(block, { stream: !ended });
  } catch (error) {
    throw refuse(error);
  }
}

const beginning = (text: string, bytes: number) =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });

/** The lines as a tool says them: the text, and a last line in brackets when there is more to know. */
export function sayLines(lines: Lines, offset: number): string {
  if (lines.total === 0) return '[The file is empty.]';
  if (lines.total !== undefined && lines.total < offset) return `[The file has only ${lines.total} lines.]`;
  if (lines.next === undefined) return lines.text;
  const shown = lines.cut
    ? `Line ${offset} is too long: only its beginning is shown.`
    : `Lines ${offset} to ${lines.next - 1} are shown; there are more.`;
  return `${lines.text}${lines.text.endsWith('\n') ? '' : '\n'}[${shown} Go on with offset ${lines.next}.]`;
}
