/** Keeps the beginning and the end of what is written. Unit: `maxBytes` in bytes, however much comes. */
export function createOutput(maxBytes: number) {
  const [atHead, atTail] = [Math.ceil(maxBytes / 2), Math.floor(maxBytes / 2)];
  let head = Buffer.alloc(0);
  const tail: Buffer[] = [];
  let tailBytes = 0;
  let bytes = 0;
  return {
    push(chunk: Buffer) {
      bytes += chunk.length;
      const fits = chunk.subarray(0, atHead - head.length);
      head = Buffer.concat([head, fits]);
      tail.push(chunk.subarray(fits.length));
      tailBytes += chunk.length - fits.length;
      while (tailBytes - (tail[0]?.length ?? 0) >= atTail && tail.length > 0) tailBytes -= tail.shift()?.length ?? 0;
    },
    /** Shape: `leftOut` is 0 when all of it is there. Unit: bytes. */
    end() {
      const all = Buffer.concat(tail);
      const end = all.subarray(Math.max(0, all.length - atTail));
      const leftOut = bytes - head.length - end.length;
      const cut = leftOut > 0 ? `\n[… ${leftOut} bytes left out …]\n` : '';
      return { text: `${head.toString()}${cut}${end.toString()}`, leftOut };
    },
  };
}
