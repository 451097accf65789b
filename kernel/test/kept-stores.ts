import type { KeptSubject } from '@rustic-ai/kernel/testing';

/** How a broken store differs from a good one. `kept` is what all stores of one place share. */
export interface Twin<Store, Kept> {
  readonly store?: (good: Store, kept: Kept) => Partial<Store>;
  /** Nobody has the place open any more. */
  readonly left?: (kept: Kept) => void;
}
/** A subject over stores that keep things in memory, at places that outlive them. */
export function subjectOf<Name extends string, Store, Kept>(
  name: Name,
  newKept: () => Kept,
  reference: (kept: Kept) => Store,
  twin: Twin<Store, Kept> = {},
): KeptSubject<Record<Name, Store> & { close(): Promise<void> }> {
  const place = async () => {
    const kept = newKept();
    let users = 0;
    return {
      async open() {
        const good = reference(kept);
        users++;
        const close = async () => {
          if (--users === 0) twin.left?.(kept);
        };
        return { [name]: { ...good, ...twin.store?.(good, kept) }, close } as Record<Name, Store> & {
          close(): Promise<void>;
        };
      },
      async remove() {},
    };
  };
  return { open: async () => (await place()).open(), place };
}
