/** Owns what was started: disposes it in reverse order, each part once, all of it even when a part throws. */
export interface Scope {
  own(dispose: () => unknown): void;
  /** Throws: never; what failed is returned. */
  dispose(): Promise<readonly unknown[]>;
}

export function createScope(): Scope {
  const owned: (() => unknown)[] = [];
  return {
    own: (dispose) => void owned.push(dispose),
    async dispose() {
      const failures: unknown[] = [];
      for (let last = owned.pop(); last; last = owned.pop()) {
        try {
          await last();
        } catch (error) {
          failures.push(error);
        }
      }
      return failures;
    },
  };
}
