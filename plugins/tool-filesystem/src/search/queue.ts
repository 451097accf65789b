import type { FileContent } from '@rustic-ai/kernel/contracts';
import { setImmediate } from 'node:timers/promises';

type Contents = readonly FileContent[];
/** Contents that are asked for at once, and used in the order they were asked for. */
export interface Queue {
  /** Returns what to wait for before more is added, if there is anything. Throws: what a use throws. */
  add(asked: Contents | Promise<Contents>, use: (contents: Contents) => Promise<void>): Promise<unknown> | undefined;
  /** Ends when all that was added by now was used; undefined: it was. */
  over(): Promise<void> | undefined;
}

/** How long other work of the process waits at most, but for one use. Unit: ms. */
const sliceMs = 10;
/** How many wait to be used. */
const maxWaiting = 16;
/** Of all that waits, as far as it is there. Unit: bytes. */
const maxBytes = 32 * 1024 * 1024;

/** Cancel: what is added or waits rejects with the signal's reason. */
export function createQueue(signal: AbortSignal): Queue {
  const waiting = new Set<Promise<void>>();
  let last: Promise<void> | undefined;
  let bytes = 0;
  let sliceEnd = performance.now() + sliceMs;
  const pause = async () => {
    await setImmediate();
    sliceEnd = performance.now() + sliceMs;
    signal.throwIfAborted();
  };
  const room = () => {
    if (waiting.size < maxWaiting && bytes < maxBytes) return performance.now() > sliceEnd ? pause() : undefined;
    return bytes < maxBytes ? [...waiting][waiting.size / 2] : last;
  };
  return {
    over: () => last,
    add(asked, use) {
      if (!last && !(asked instanceof Promise) && asked.every(isNothing)) return room();
      let size = asked instanceof Promise ? 0 : sizeOf(asked);
      bytes += size;
      const arrived =
        asked instanceof Promise &&
        asked.then((contents) => {
          bytes += size = sizeOf(contents);
          return contents;
        });
      const turn = async (before: Promise<void> | undefined) => {
        const [contents] = await Promise.all([arrived || (asked as Contents), before]);
        signal.throwIfAborted();
        if (!contents.every(isNothing)) await use(contents);
      };
      const used: Promise<void> = turn(last).finally(() => {
        bytes -= size;
        waiting.delete(used);
        if (last === used) last = undefined;
      });
      // Who waits for the last one is told; so is who waits for any.
      used.catch(() => {});
      waiting.add(used);
      last = used;
      return room();
    },
  };
}
const isNothing = (content: FileContent): boolean => content === undefined;
const sizeOf = (contents: Contents): number =>
  contents.reduce((sum, content) => sum + (typeof content === 'object' ? content.length : 0), 0);
