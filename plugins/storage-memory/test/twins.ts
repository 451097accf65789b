import { createTestKernel, type KeptRule, type KeptSubject } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';

type Name = 'runs' | 'prompts' | 'vectors';
type Service = {
  runs: import('@rustic-ai/kernel/contracts').Runs;
  prompts: import('@rustic-ai/kernel/contracts').Prompts;
  vectors: import('@rustic-ai/kernel/contracts').Vectors;
};
/** How a broken service differs from a good one; called once for each that is opened. `left` ends what it keeps. */
export type Twin<Store> = (good: Store, place: { left?: () => Promise<void> }) => Partial<Store>;
type Opened<Key extends Name> = Readonly<Record<Key, Service[Key]>> & { close(): Promise<void> };

/** A place whose services all work on one state, for as long as it is not removed. */
export function subjectOf<Key extends Name>(
  name: Key,
  twin: Twin<Service[Key]> = () => ({}),
): KeptSubject<Opened<Key>> {
  const place = async () => {
    const kernel = await createTestKernel({ plugins: [memory] });
    return {
      async open() {
        const shared: { left?: () => Promise<void> } = {};
        const good = (await kernel.service(name)) as Service[Key];
        const close = async () => shared.left?.();
        return { [name]: { ...good, ...twin(good, shared) }, close } as unknown as Opened<Key>;
      },
      remove: () => kernel.dispose(),
    };
  };
  return {
    place,
    async open() {
      const { open, remove } = await place();
      return { ...(await open()), close: remove };
    },
  };
}

/** Demands that each rule has a twin which breaks it. */
export function describeTwins<Key extends Name>(
  name: Key,
  suite: readonly KeptRule<Opened<Key>>[],
  twins: Readonly<Record<string, Twin<Service[Key]>>>,
): void {
  describe(`the ${name} suite`, () => {
    it('has one broken twin for every rule', () => {
      expect(Object.keys(twins)).toEqual(suite.map(({ id }) => id));
    });
    for (const rule of suite)
      it(`fails "${rule.id}" on a service that breaks it`, async () => {
        await expect(Promise.resolve(rule.run(subjectOf(name, twins[rule.id])))).rejects.toThrow();
      });
  });
}
