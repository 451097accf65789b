import { type Storage, storageError, type StorageRecord } from '@rustic-ai/kernel/contracts';
import { createState, type State } from './state.js';

/** By the bytes of UTF-8, as databases sort. */
const byBytes = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
const parse = <T>(json: string): T => JSON.parse(json) as T;

function recordsOf({ sessions, values, grants, audit, trace, times }: State): readonly StorageRecord[] {
  const sorted = [...sessions].toSorted(byBytes).map(([, kept]) => kept);
  const rows = sorted.flatMap((kept) => kept.rows).toSorted((a, b) => a.order - b.order);
  const keys = [...values]
    .toSorted(byBytes)
    .flatMap(([plugin, kept]) =>
      [...kept]
        .toSorted(byBytes)
        .map(([key, { json, version }]) => ({ plugin, key, version, value: parse<never>(json) })),
    );
  const sums = [...times.values()].toSorted(
    (a, b) => byBytes([a.hook, 0], [b.hook, 0]) || byBytes([a.plugin, 0], [b.plugin, 0]),
  );
  return [
    ...sorted.map(({ info }) => ({ of: 'session' as const, session: structuredClone(info) })),
    ...rows.map(({ json }) => ({ of: 'entry' as const, entry: parse<never>(json) })),
    ...keys.map((value) => ({ of: 'value' as const, ...value })),
    ...[...grants.values()].map((json) => ({ of: 'grant' as const, grant: parse<never>(json) })),
    ...audit.map((json) => ({ of: 'audit' as const, row: parse<never>(json) })),
    ...trace.map(({ json }) => ({ of: 'trace' as const, row: parse<never>(json) })),
    ...sums.map((time) => ({ of: 'time' as const, time: { ...time } })),
  ];
}

/** Adds one record; those it belongs to were added before. */
function put(state: State, record: StorageRecord): void {
  switch (record.of) {
    case 'session':
      state.sessions.set(record.session.id, { info: structuredClone(record.session), rows: [] });
      break;
    case 'entry':
      state.sessions.get(record.entry.session)?.rows.push({ order: state.order++, json: JSON.stringify(record.entry) });
      break;
    case 'value': {
      const { plugin, key, version, value } = record;
      const space = state.values.get(plugin) ?? new Map<string, { readonly json: string; readonly version: number }>();
      state.values.set(plugin, space.set(key, { json: JSON.stringify(value), version }));
      break;
    }
    case 'grant':
      state.grants.set(record.grant.id, JSON.stringify(record.grant));
      break;
    case 'audit':
      state.audit.push(JSON.stringify(record.row));
      break;
    case 'trace': {
      const { row } = record;
      state.trace.push({ session: row.session, turn: row.turn, json: JSON.stringify(row) });
      break;
    }
    case 'time':
      state.times.set(JSON.stringify([record.time.hook, record.time.plugin]), { ...record.time });
  }
}

const place = 'the memory of this process';

/** All of the state as a whole. Its schema has one version. */
export const createStorage = (state: State): Storage => ({
  place,
  check: async () => [],
  async backup(to) {
    throw storageError('RUSTIC_STORAGE_BACKUP', { file: place, to, reason: 'memory has no file' });
  },
  migrate: async () => ({ from: 1, to: 1 }),
  async *export() {
    yield* recordsOf(state);
  },
  async import(records) {
    if (recordsOf(state).length > 0) throw storageError('RUSTIC_STORAGE_NOT_EMPTY', { file: place });
    const filled = createState();
    for await (const record of records) put(filled, record);
    for (const [name, kept] of filled.sessions) state.sessions.set(name, kept);
    for (const [name, kept] of filled.values) state.values.set(name, kept);
    for (const [name, kept] of filled.grants) state.grants.set(name, kept);
    for (const [name, kept] of filled.times) state.times.set(name, kept);
    for (const row of filled.audit) state.audit.push(row);
    for (const row of filled.trace) state.trace.push(row);
    state.order = filled.order;
  },
});
