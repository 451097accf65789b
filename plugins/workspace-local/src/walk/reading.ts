import type { FileContent, WantedContent } from '@rustic-ai/kernel/contracts';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
/** Most files are read with one call. Unit: bytes. */
const blockBytes = 64 * 1024;

/** Reads a regular file; what it returns is valid until the next one. */
export type Reader = (at: string, wanted: WantedContent) => FileContent;

/** Reads one file after the other into the same memory. Never follows a link. */
export function createReader(): Reader {
  let memory = Buffer.allocUnsafe(blockBytes);
  const rest = (opened: number, size: number) => {
    if (size > memory.length) memory = Buffer.allocUnsafe(Math.max(size, memory.length * 2));
    let filled = 0;
    while (filled < size) {
      const bytes = readSync(opened, memory, filled, size - filled, filled);
      if (bytes === 0) break;
      filled += bytes;
    }
    return memory.subarray(0, filled);
  };
  return (at, { maxBytes, holding }) => {
    let opened: number | undefined;
    try {
      opened = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      // From a position: the system refuses what can not be sought, such as a FIFO that stands there by now.
      let bytes = readSync(opened, memory, 0, memory.length, 0);
      let data = memory.subarray(0, bytes);
      if (bytes === memory.length || bytes > maxBytes) {
        const stats = fstatSync(opened);
        if (!stats.isFile()) return undefined;
        if (stats.size > maxBytes) return 'too large';
        data = rest(opened, stats.size);
        bytes = data.length;
      }
      return holding === undefined || holds(data, holding) ? data : undefined;
    } catch {
      return undefined;
    } finally {
      if (opened !== undefined) closeSync(opened);
    }
  };
}

function holds(data: Buffer, holding: Uint8Array | RegExp): boolean {
  if (holding instanceof RegExp ? holding.test(data.toString('latin1')) : data.indexOf(holding) >= 0) return true;
  const mark = data.length > 1 ? data.readUInt16BE(0) : 0;
  return mark === 0xfffe || mark === 0xfeff;
}
