/** What a process wrote, the newest of it. Memory: about `maxChars`. */
export interface Log {
  add(text: string): void;
  /** Says that nothing more is written. */
  close(): void;
  /** Calls back at what is written from now on, and at the end. Returns what takes it back. */
  onChange(listener: () => void): () => void;
  /**
   * From a place on, counted in characters since the start; what is older than what is kept is left out and counted.
   *
   * Shape: `next` is the place after what is given.
   */
  read(from: number, maxChars: number): { readonly text: string; readonly lost: number; readonly next: number };
  readonly end: number;
}

export function createLog(maxChars: number): Log {
  let pieces: string[] = [];
  let kept = 0;
  let end = 0;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    get end() {
      return end;
    },
    add(text) {
      pieces.push(text);
      kept += text.length;
      end += text.length;
      // Cut seldom, so that each character is moved once or twice at most.
      if (kept > maxChars * 2) {
        pieces = [pieces.join('').slice(-maxChars)];
        kept = maxChars;
      }
      changed();
    },
    close: changed,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read(from, most) {
      const begin = end - kept;
      const at = Math.min(Math.max(from, begin), end);
      const text = pieces.join('').slice(at - begin, at - begin + most);
      return { text, lost: Math.max(0, at - Math.max(0, from)), next: at + text.length };
    },
  };
}
