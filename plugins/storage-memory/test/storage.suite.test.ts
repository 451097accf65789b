import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Storage, type StorageDomains, storageError, type StorageRecord } from '@rustic-ai/kernel/contracts';
import { createTestKernel, describeStorage, type OpenStorage, storageSuite } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';

type Twin = (good: Storage, opened: Omit<OpenStorage, 'storage'>) => Partial<Storage>;
/** The services themselves, as if they were a transaction. */
const asDomains = ({ store, of, ...others }: Omit<OpenStorage, 'storage'>): StorageDomains => ({
  ...others,
  sessions: store,
  values: (plugin) => ({
    get: async (key) => (await of(plugin)).get(key),
    set: async (...given) => (await of(plugin)).set(...given),
    delete: async (key) => (await of(plugin)).delete(key),
    list: async (prefix) => (await of(plugin)).list(prefix),
  }),
});
/** A transaction that is none. */
const unbound: Twin = (_, opened) => ({ transaction: (work) => work(asDomains(opened)) });
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
  'transaction-all': (good) => ({
    transaction: async (work, limits) => (await good.transaction(work, limits), undefined as never),
  }),
  'transaction-none': (good) => ({
    async transaction(work, limits) {
      const end = await good.transaction(async (domains) => (await Promise.allSettled([work(domains)]))[0], limits);
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    },
  }),
  'transaction-own': (good, opened) => ({
    transaction: (work, limits) =>
      good.transaction(
        (domains) =>
          work({
            ...domains,
            values: (plugin) => ({ ...domains.values(plugin), get: asDomains(opened).values(plugin).get }),
          }),
        limits,
      ),
  }),
  'transaction-unseen': unbound,
  'transaction-caught': (good) => ({
    transaction: (work, limits) =>
      good.transaction(async (domains) => {
        let failed: unknown;
        const result = await work({
          ...domains,
          values: (plugin) => ({
            ...domains.values(plugin),
            set: (...given) =>
              domains
                .values(plugin)
                .set(...given)
                .catch((error: unknown) => {
                  failed = error;
                  throw error;
                }),
          }),
        });
        if (failed) throw failed;
        return result;
      }, limits),
  }),
  'transaction-waits': unbound,
  'transaction-two': (good) => {
    let open = 0;
    return {
      transaction: async (work, limits) => {
        if (open > 0) throw new Error('there is one already');
        open++;
        return good.transaction(work, limits).finally(() => open--);
      },
    };
  },
  'transaction-nested': unbound,
  'transaction-time': (_, opened) => ({
    transaction: (work, { timeoutMs = 0 } = {}) =>
      Promise.race([
        work(asDomains(opened)),
        sleep(timeoutMs).then(() => Promise.reject(storageError('RUSTIC_TRANSACTION_OVER', { reason: 'late' }))),
      ]),
  }),
  'transaction-over': unbound,
  'changes-told': (good) => ({
    async *changes(options) {
      for await (const change of good.changes(options)) yield change.of === 'session' ? { ...change, seq: 0 } : change;
    },
  }),
  'changes-deleted': (good) => ({
    async *changes(options) {
      for await (const change of good.changes(options))
        yield change.of === 'session' && change.seq === 0 ? { ...change, seq: 2 } : change;
    },
  }),
  'changes-all': (good) => {
    let followed = false;
    return {
      async *changes(options) {
        const isSecond = followed;
        followed = true;
        for await (const change of good.changes(options)) {
          yield change;
          if (isSecond) return;
        }
      },
    };
  },
  'changes-transaction': unbound,
  'changes-cancel': (good) => ({ changes: () => good.changes() }),
  'changes-close': (good) => ({
    async *changes(options) {
      yield* good.changes(options);
      throw new Error('closed');
    },
  }),
  backup: (good) => ({
    async backup(file) {
      await rm(file, { force: true });
      await good.backup(file);
    },
  }),
  vacuum: (good) => ({ vacuum: async () => ({ ...(await good.vacuum()), to: Number.NaN }) }),
  'transaction-cancel': (good) => ({
    transaction: (work, { signal: _, ...limits } = {}) => good.transaction(work, { ...limits, timeoutMs: 100 }),
  }),
};
async function* given(records: readonly StorageRecord[]): AsyncGenerator<StorageRecord> {
  yield* records;
}

const subject = (twin: Twin = () => ({})) => ({
  async open() {
    const kernel = await createTestKernel({ plugins: [memory] });
    const storage = await kernel.service('storage');
    const opened = {
      store: await kernel.service('session.store'),
      of: (plugin: string) => kernel.service('key-value', plugin),
      grants: await kernel.service('grants'),
      audit: await kernel.service('audit'),
      trace: await kernel.service('hook.trace'),
      runs: await kernel.service('runs'),
      prompts: await kernel.service('prompts'),
      vectors: await kernel.service('vectors'),
      close: () => kernel.dispose(),
    };
    return { ...opened, storage: { ...storage, ...twin(storage, opened) } };
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
