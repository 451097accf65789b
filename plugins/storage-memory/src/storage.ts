import {
  type FollowChanges,
  jsonOfPrompt,
  rowOfRun,
  runOfRow,
  type Storage,
  storageError,
  type StorageRecord,
  watchChanges,
  writeRecordFile,
} from '@rustic-ai/kernel/contracts';
import { byBytes } from './order.js';
import { versionsOf } from './prompts.js';
import { createState, keptEntry, type KeptVector, type State } from './state.js';

const parse = <T>(json: string): T => JSON.parse(json) as T;

function recordsOf({ sessions, values, grants, audit, trace, times, ...others }: State): readonly StorageRecord[] {
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
    ...[...others.runs].toSorted(byBytes).map(([, row]) => ({ of: 'run' as const, run: runOfRow(row) })),
    ...[...others.prompts]
      .toSorted(byBytes)
      .flatMap(([name, kept]) => versionsOf(name, kept).map((prompt) => ({ of: 'prompt' as const, prompt }))),
    ...[...others.vectors].toSorted(byBytes).flatMap(([collection, items]) =>
      [...items].toSorted(byBytes).map(([id, { vector, data }]) => ({
        of: 'vector' as const,
        ...{ collection, id, vector: [...vector], data: parse<never>(data) },
      })),
    ),
  ];
}

/** Adds one record; those it belongs to were added before. */
function put(state: State, record: StorageRecord): void {
  switch (record.of) {
    case 'session':
      state.sessions.set(record.session.id, { info: structuredClone(record.session), rows: [] });
      break;
    case 'entry':
      state.sessions.get(record.entry.session)?.rows.push(keptEntry(state.order++, record.entry));
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
      break;
    case 'run':
      state.runs.set(record.run.id, rowOfRun(record.run));
      break;
    case 'prompt': {
      const { name, version, labels, ...kept } = record.prompt;
      const prompt = state.prompts.get(name) ?? { versions: [], labels: new Map<string, number>() };
      prompt.versions[version - 1] = jsonOfPrompt(kept);
      for (const label of labels) prompt.labels.set(label, version);
      state.prompts.set(name, prompt);
      break;
    }
    case 'vector': {
      const { collection, id, vector, data } = record;
      const items = state.vectors.get(collection) ?? new Map<string, KeptVector>();
      state.vectors.set(collection, items.set(id, { vector: Float32Array.from(vector), data: JSON.stringify(data) }));
    }
  }
}

async function* exportAll(state: State): AsyncGenerator<StorageRecord> {
  yield* recordsOf(state);
}

const place = 'the memory of this process';

/** All of the state as a whole. Its schema has one version. */
export const createStorage = (
  state: State,
  {
    alone,
    transaction,
    follow,
  }: {
    readonly alone: () => Promise<() => void>;
    readonly transaction: Storage['transaction'];
    readonly follow: FollowChanges;
  },
): Storage => ({
  place,
  check: async () => [],
  backup: (file) => writeRecordFile(exportAll(state), { place, file }),
  migrate: async () => ({ from: 1, to: 1 }),
  export: () => exportAll(state),
  changes: ({ signal } = {}) => watchChanges(follow, signal),
  vacuum: async () => ({ from: 0, to: 0 }),
  transaction,
  async import(records) {
    const giveBack = await alone();
    try {
      if (recordsOf(state).length > 0) throw storageError('RUSTIC_STORAGE_NOT_EMPTY', { file: place });
      const filled = createState(state.tell);
      for await (const record of records) put(filled, record);
      Object.assign(state, filled);
      state.tell({ of: 'gap' });
    } finally {
      giveBack();
    }
  },
});
