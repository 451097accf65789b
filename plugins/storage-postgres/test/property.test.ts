import type {
  Json,
  KeyValue,
  NewSessionEntry,
  Prompts,
  RunStatus,
  SessionStore,
  StorageDomains,
  Vectors,
} from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import postgres from '@rustic-ai/plugin-storage-postgres';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { useServer } from './server.js';

const { place } = await useServer();
/** The proof in full, or a tenth of it. */
const runs = process.env['RUSTIC_PROOF'] === 'full' ? 200 : 20;

interface Backend {
  readonly store: StorageDomains['sessions'];
  readonly values: KeyValue;
  readonly runs: StorageDomains['runs'];
  readonly prompts: Prompts;
  readonly vectors: Vectors;
}
type Operation = (backend: Backend) => Promise<unknown>;

const name = fc.constantFrom('a', 'b', '__proto__', 'ü', '🦀', 'bad\ud800', 'bad\0', '');
const word = fc.constantFrom('apple', 'Äpfel', 'fs-read', 'x"y', '漢字', 'NEAR(', '*', 'a b', '12.5', '');
const text = fc.oneof(
  word,
  fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary' }),
);
const json = fc.oneof(text, fc.jsonValue({ maxDepth: 2 })) as fc.Arbitrary<Json>;
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const count = fc.integer({ min: 0, max: 6 });
const day = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z');
const given = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;

let ids = 0;
const entry = fc
  .record({ body: json, ts: day, parent: maybe(fc.constant('e1')) })
  .map(({ body, ts, parent }): NewSessionEntry => ({
    id: `e${++ids}`,
    ...(parent !== undefined && { parent }),
    ts,
    type: 'note',
    body,
  }));
const status = fc.constantFrom<RunStatus>('running', 'waiting', 'done');
const vector = fc
  .array(fc.constantFrom(0, 1, -1, 0.1, 3e-8), { minLength: 1, maxLength: 3 })
  .map((numbers) => Float32Array.from(numbers));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(name, name, maybe(name), json).map(
    ([id, kind, session, state]): Operation =>
      ({ runs }) =>
        runs.create(given({ id, kind, name: 'n', session, state }) as Parameters<typeof runs.create>[0]),
  ),
  fc.tuple(name, status, json, count).map(
    ([id, to, state, expected]): Operation =>
      ({ runs }) =>
        runs.save(id, { status: to, state }, expected),
  ),
  fc
    .tuple(name, maybe(status), maybe(count))
    .map(([id, wanted, limit]): Operation => async ({ runs }) => [
      await runs.get(id),
      await runs.list(given({ status: wanted, limit }) as object),
    ]),
  name.map(
    (id): Operation =>
      ({ runs }) =>
        runs.delete(id),
  ),
  fc.tuple(name, text, fc.array(name, { maxLength: 2 })).map(
    ([id, body, tags]): Operation =>
      ({ prompts }) =>
        prompts.put({ name: id, text: body, tags }),
  ),
  fc.tuple(name, fc.constantFrom('active', 'x', 'bad\0'), maybe(count)).map(
    ([id, label, version]): Operation =>
      ({ prompts }) =>
        prompts.label(id, label, version),
  ),
  fc
    .tuple(name, maybe(fc.oneof(count, name)), maybe(name))
    .map(([id, at, tag]): Operation => async ({ prompts }) => [
      await prompts.get(id, at),
      await prompts.list(given({ tag }) as object),
    ]),
  name.map(
    (id): Operation =>
      ({ prompts }) =>
        prompts.remove(id),
  ),
  fc.tuple(name, fc.array(fc.tuple(name, vector, json), { maxLength: 3 })).map(
    ([collection, items]): Operation =>
      ({ vectors }) =>
        vectors.upsert(
          collection,
          items.map(([id, numbers, data]) => ({ id, vector: numbers, data })),
        ),
  ),
  fc
    .tuple(name, vector, maybe(count), maybe(word))
    .map(([collection, numbers, limit, a]): Operation => async ({ vectors }) => [
      await vectors.nearest(collection, numbers, given({ limit, where: a === undefined ? a : { a } }) as object),
      await vectors.collections(),
    ]),
  fc.tuple(name, maybe(fc.array(name, { maxLength: 2 }))).map(
    ([collection, gone]): Operation =>
      ({ vectors }) =>
        vectors.remove(collection, gone),
  ),
  fc
    .tuple(maybe(name), maybe(name))
    .map(([session, project]): Operation => async ({ store }) => [
      await store.accounts(given({ session, project }) as object),
      [...(await store.sizes(given({ project }) as object))].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  fc.tuple(name, json).map(
    ([id, told]): Operation =>
      ({ store }) =>
        store.append(id, [{ id: 'u', ts: '2026-01-01', type: 'message', body: { model: 'm', usage: told } }]),
  ),
  fc.record({ id: name, title: maybe(name), project: maybe(name), tags: fc.array(name, { maxLength: 2 }) }).map(
    (info): Operation =>
      ({ store }) =>
        store.create({ agent: 'main', ...given(info) } as Parameters<SessionStore['create']>[0]),
  ),
  fc.tuple(name, fc.array(entry, { maxLength: 3 }), maybe(count)).map(
    ([id, entries, expected]): Operation =>
      ({ store }) =>
        store.append(id, entries, expected),
  ),
  fc.tuple(name, maybe(count), maybe(count)).map(
    ([id, from, last]): Operation =>
      ({ store }) =>
        store.read(id, given({ from, last }) as object),
  ),
  fc.tuple(text, maybe(name), maybe(day), maybe(day), maybe(count)).map(
    ([query, session, since, before, limit]): Operation =>
      ({ store }) =>
        store.search(query, given({ session, since, before, limit }) as object),
  ),
  fc.tuple(maybe(name), maybe(name), maybe(count)).map(
    ([tag, project, limit]): Operation =>
      ({ store }) =>
        store.list(given({ tag, project, limit }) as object),
  ),
  fc.tuple(name, maybe(name)).map(
    ([id, title]): Operation =>
      ({ store }) =>
        store.update(id, given({ title }) as object),
  ),
  name.map(
    (id): Operation =>
      ({ store }) =>
        store.delete(id),
  ),
  name.map(
    (id): Operation =>
      ({ store }) =>
        store.get(id),
  ),
  fc.tuple(name, json, maybe(count)).map(
    ([key, value, expected]): Operation =>
      ({ values }) =>
        values.set(key, value, expected),
  ),
  name.map(
    (key): Operation =>
      ({ values }) =>
        values.get(key),
  ),
  name.map(
    (key): Operation =>
      ({ values }) =>
        values.list(key),
  ),
);

async function open(plugin: NonNullable<TestKernelOptions['plugins']>[number], now: () => number) {
  const kernel = await createTestKernel({ plugins: [plugin], host: { now } });
  const storage = await kernel.service('storage');
  const backend: Backend = {
    store: await kernel.service('session.store'),
    values: await kernel.service('key-value', 'p'),
    runs: await kernel.service('runs'),
    prompts: await kernel.service('prompts'),
    vectors: await kernel.service('vectors'),
  };
  /** The same within a transaction, which is undone when one of them is to be. */
  const within = (work: (domains: Backend) => Promise<unknown>) =>
    storage.transaction(({ sessions, values, ...others }) => work({ ...others, store: sessions, values: values('p') }));
  return { backend, storage, within, close: () => kernel.dispose() };
}
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    (value) => JSON.stringify({ value }),
    ({ code, details }: { code: string; details: object }) => JSON.stringify({ code, details }),
  );

it('random operations have the same outcomes in SQLite and PostgreSQL as in memory, and leave the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(operation, fc.constantFrom('plain', 'plain', 'kept', 'undone')), {
        minLength: 5,
        maxLength: 60,
      }),
      async (operations) => {
        let now = 0;
        const undone = new Error('undone');
        const { options: schema, remove } = await place();
        const all = await Promise.all([
          open(memory, () => now),
          open(sqlite, () => now),
          open([postgres, { ...schema }], () => now),
        ]);
        try {
          for (const [index, [operation, how]] of operations.entries()) {
            now = Date.parse('2026-02-01T00:00:00Z') + index;
            const [model, ...others] = await Promise.all(
              all.map(({ backend, within }) =>
                outcomeOf(
                  how === 'plain'
                    ? Promise.resolve().then(() => operation(backend))
                    : within(async (domains) => {
                        const result = await operation(domains);
                        if (how === 'undone') throw undone;
                        return result;
                      }),
                ),
              ),
            );
            for (const other of others) expect(other).toBe(model);
          }
          const [model, ...others] = await Promise.all(
            all.map(async ({ storage }) => JSON.stringify(await Array.fromAsync(storage.export()))),
          );
          for (const other of others) expect(other).toBe(model);
        } finally {
          for (const { close } of all) await close();
          await remove();
        }
      },
    ),
    { numRuns: runs },
  );
}, 600_000);
