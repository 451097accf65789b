/** Collects a stream of bytes, keeping its beginning and its end. Memory: `maxBytes`, however much comes. */
export interface CappedOutput {
  push(chunk: Uint8Array): void;
  /** `truncatedBytes`: exactly what is left out, at the place the marker stands. */
  result(): { readonly text: string; readonly truncatedBytes: number };
}

export function createCappedOutput(maxBytes: number): CappedOutput {
  const head = Buffer.allocUnsafe(Math.ceil(maxBytes / 2));
  const ring = Buffer.allocUnsafe(maxBytes - head.length);
  let headBytes = 0;
  let at = 0;
  let passed = 0;
  const tail = () =>
    passed < ring.length ? ring.subarray(0, passed) : Buffer.concat([ring.subarray(at), ring.subarray(0, at)]);
  return {
    push(chunk) {
      const fits = Math.min(chunk.length, head.length - headBytes);
      head.set(chunk.subarray(0, fits), headBytes);
      headBytes += fits;
      passed += chunk.length - fits;
      const last = chunk.subarray(Math.max(fits, chunk.length - ring.length));
      const upToEnd = Math.min(last.length, ring.length - at);
      ring.set(last.subarray(0, upToEnd), at);
      ring.set(last.subarray(upToEnd), 0);
      at = ring.length && (at + last.length) % ring.length;
    },
    result() {
      const begin = head.subarray(0, headBytes);
      if (passed <= ring.length) return { text: decode(Buffer.concat([begin, tail()])), truncatedBytes: 0 };
      const kept = { begin: withoutHalfEnd(begin), end: withoutHalfStart(tail()) };
      const truncatedBytes = headBytes + passed - kept.begin.length - kept.end.length;
      const marker = `\n[… ${truncatedBytes} bytes left out …]\n`;
      return { text: decode(kept.begin) + marker + decode(kept.end), truncatedBytes };
    },
  };
}

const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;
/** Without a character of UTF-8 that the cut at the end has split. */
function withoutHalfEnd(bytes: Uint8Array): Uint8Array {
  let lead = bytes.length - 1;
  while (lead >= 0 && bytes.length - lead < 4 && isContinuation(bytes[lead])) lead--;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + length > bytes.length ? bytes.subarray(0, lead) : bytes;
}
function withoutHalfStart(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}
