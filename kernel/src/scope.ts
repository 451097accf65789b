/** Owns what was started: disposes it in reverse order, each part once, all of it even when a part throws; what comes later at once. */
export interface Scope {
  own(dispose: () => unknown): void;
  /** Throws: never; what failed is returned. */
  dispose(): Promise<readonly unknown[]>;
}

/** `within` bounds how long one part may take. */
export function createScope(within: (work: Promise<unknown>) => Promise<unknown>): Scope {
  const owned: (() => unknown)[] = [];
  let disposed = false;
  const dispose = async () => {
    disposed = true;
    const failures: unknown[] = [];
    for (let last = owned.pop(); last; last = owned.pop()) {
      const undo = last;
      await within((async () => undo())()).catch((error: unknown) => failures.push(error));
    }
    return failures;
  };
  return {
    own(undo) {
      owned.push(undo);
      if (disposed) void dispose();
    },
    dispose,
  };
}
