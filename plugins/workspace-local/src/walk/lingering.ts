/** How many folders visits may keep open behind a walk. */
const most = 64;

/** What is still needed behind a walk: each folder is closed when its visit needs it no more. */
export interface Lingering {
  add(until: Promise<unknown>, close: () => void): void;
  isFull(): boolean;
  /** Waits until there is room. */
  room(): Promise<void>;
  /** Waits for all. Throws: what the first of them failed with. */
  over(): Promise<void>;
  /** Waits for all, whatever becomes of them. */
  settled(): Promise<void>;
}
export function createLingering(): Lingering {
  const waiting = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | undefined;
  const settled = async () => {
    while (waiting.size > 0) await Promise.all(waiting);
  };
  return {
    add(until, close) {
      const noted = until.then(
        () => {},
        (error: unknown) => {
          failed ??= { error };
        },
      );
      const closed = noted.then(() => {
        close();
        waiting.delete(closed);
      });
      waiting.add(closed);
    },
    // A failure shows in `room`.
    isFull: () => waiting.size >= most || failed !== undefined,
    async room() {
      if (waiting.size >= most) await Promise.race(waiting);
      if (failed) throw failed.error;
    },
    settled,
    async over() {
      await settled();
      if (failed) throw failed.error;
    },
  };
}
