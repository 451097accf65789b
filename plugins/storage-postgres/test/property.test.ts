import type { Json, KeyValue, NewSessionEntry, SessionStore, Storage } from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import memory from '@rustic-ai/plugin-storage-memory';
import postgres from '@rustic-ai/plugin-storage-postgres';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { useServer } from './server.js';

const { newSchema } = await useServer();
/** The proof in full, or a tenth of it. */
const runs = process.env['RUSTIC_PROOF'] === 'full' ? 200 : 20;

interface Backend {
  readonly store: SessionStore;
  readonly values: KeyValue;
  readonly storage: Storage;
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
const operation: fc.Arbitrary<Operation> = fc.oneof(
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
  const backend: Backend = {
    store: await kernel.service('session.store'),
    values: await kernel.service('key-value', 'p'),
    storage: await kernel.service('storage'),
  };
  return { backend, close: () => kernel.dispose() };
}
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    (value) => JSON.stringify({ value }),
    ({ code, details }: { code: string; details: object }) => JSON.stringify({ code, details }),
  );

it('random operations have the same outcomes in SQLite and PostgreSQL as in memory, and leave the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
      let now = 0;
      const all = await Promise.all([
        open(memory, () => now),
        open(sqlite, () => now),
        open([postgres, { ...newSchema() }], () => now),
      ]);
      try {
        for (const [index, operation] of operations.entries()) {
          now = Date.parse('2026-02-01T00:00:00Z') + index;
          const [model, ...others] = await Promise.all(
            all.map(({ backend }) => outcomeOf(Promise.resolve().then(() => operation(backend)))),
          );
          for (const other of others) expect(other).toBe(model);
        }
        const [model, ...others] = await Promise.all(
          all.map(async ({ backend }) => JSON.stringify(await Array.fromAsync(backend.storage.export()))),
        );
        for (const other of others) expect(other).toBe(model);
      } finally {
        for (const { close } of all) await close();
      }
    }),
    { numRuns: runs },
  );
}, 600_000);
