import type { Storage, StorageRecord } from '@rustic-ai/kernel/contracts';
import { createTestKernel, describeStorage, storageSuite } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';

type Twin = (good: Storage) => Partial<Storage>;
async function* changed(
  records: AsyncIterable<StorageRecord>,
  change: (record: StorageRecord) => readonly StorageRecord[],
): AsyncGenerator<StorageRecord> {
  for await (const record of records) yield* change(record);
}

/** One backend per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin> = {
  'export-all': (good) => ({
    export: () => changed(good.export(), (record) => (record.of === 'time' ? [] : [record])),
  }),
  'export-import': (good) => ({
    import: (records) =>
      good.import(changed(records, (record) => [record.of === 'value' ? { ...record, version: 1 } : record])),
  }),
  'import-use': (good) => ({
    import: (records) => good.import(changed(records, (record) => (record.of === 'audit' ? [] : [record]))),
  }),
  'import-empty': (good) => ({ import: (records) => good.import(records).catch(() => {}) }),
  'import-all-or-none': (good) => ({
    async import(records) {
      const taken: StorageRecord[] = [];
      const keep = (record: StorageRecord) => {
        taken.push(record);
        return [];
      };
      await good.import(changed(records, keep)).catch(() => {});
      await good.import(changed(given(taken), (record) => [record]));
    },
  }),
  'export-left': (good) => ({
    export() {
      const records = good.export()[Symbol.asyncIterator]();
      const leave = () => Promise.reject(new Error('it was not read to its end'));
      return { [Symbol.asyncIterator]: () => ({ next: () => records.next(), return: leave }) };
    },
  }),
  sound: () => ({ check: async () => ['something'] }),
};
async function* given(records: readonly StorageRecord[]): AsyncGenerator<StorageRecord> {
  yield* records;
}

const subject = (twin: Twin = () => ({})) => ({
  async open() {
    const kernel = await createTestKernel({ plugins: [memory] });
    const storage = await kernel.service('storage');
    return {
      storage: { ...storage, ...twin(storage) },
      store: await kernel.service('session.store'),
      of: (plugin: string) => kernel.service('key-value', plugin),
      grants: await kernel.service('grants'),
      audit: await kernel.service('audit'),
      trace: await kernel.service('hook.trace'),
      close: () => kernel.dispose(),
    };
  },
});

describeStorage(subject(), { describe, it });

describe('the storage suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins).sort()).toEqual(storageSuite.map(({ id }) => id).sort());
  });
  for (const rule of storageSuite)
    it(`fails "${rule.id}" on a backend that breaks it`, async () => {
      await expect(Promise.resolve(rule.run(subject(twins[rule.id])))).rejects.toThrow();
    });
});
