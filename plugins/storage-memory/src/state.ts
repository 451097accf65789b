import {
  type RunRow,
  type SessionEntry,
  type SessionInfo,
  type StorageChange,
  type TapTimes,
  toldBy,
} from '@rustic-ai/kernel/contracts';

/** `json` is a whole entry, `told` what it is to accounts, as JSON; `order` counts over all sessions. Unit: `bytes` of its body. */
export interface KeptEntry {
  readonly order: number;
  readonly json: string;
  readonly bytes: number;
  readonly told: string | undefined;
}
export interface KeptSession {
  info: SessionInfo;
  readonly rows: KeptEntry[];
}
/** `json` is a whole row. */
export interface KeptTrace {
  readonly session: string | undefined;
  readonly turn: number | undefined;
  readonly json: string;
}
export interface KeptValue {
  readonly json: string;
  readonly version: number;
}
/** `versions` are what never changes of each, as JSON, from version 1 on; `labels` point at them. */
export interface KeptPrompt {
  readonly versions: string[];
  readonly labels: Map<string, number>;
}
/** `data` is JSON. */
export interface KeptVector {
  readonly vector: Float32Array;
  readonly data: string;
}
/** Throws: where the body is no JSON. */
export function keptEntry(order: number, { session, seq, id, parent, ts, type, body }: SessionEntry): KeptEntry {
  const told = toldBy({ type, body });
  return {
    order,
    json: JSON.stringify({ session, seq, id, parent, ts, type, body }),
    bytes: Buffer.byteLength(JSON.stringify(body)),
    told: told && JSON.stringify({ session, seq, ts, told }),
  };
}

/** All that is kept; what came in as an object is kept as its JSON. */
export interface State {
  sessions: Map<string, KeptSession>;
  /** The `order` of the next entry. */
  order: number;
  /** By plugin id, then by key. */
  values: Map<string, Map<string, KeptValue>>;
  grants: Map<string, string>;
  audit: string[];
  trace: KeptTrace[];
  times: Map<string, TapTimes>;
  runs: Map<string, RunRow>;
  prompts: Map<string, KeptPrompt>;
  /** By collection, then by id. */
  vectors: Map<string, Map<string, KeptVector>>;
  /** Is told of what was added or deleted. */
  readonly tell: (change: StorageChange) => void;
}

export const createState = (tell: State['tell']): State => ({
  sessions: new Map(),
  order: 0,
  values: new Map(),
  grants: new Map(),
  audit: [],
  trace: [],
  times: new Map(),
  runs: new Map(),
  prompts: new Map(),
  vectors: new Map(),
  tell,
});

const mapped = <T>(map: ReadonlyMap<string, T>, copy: (kept: T) => T): Map<string, T> =>
  new Map(Array.from(map, ([name, kept]) => [name, copy(kept)]));

/** A copy that changes by itself, and tells somebody else. */
export const copyOf = (state: State, tell: State['tell']): State => ({
  sessions: mapped(state.sessions, ({ info, rows }) => ({ info, rows: [...rows] })),
  order: state.order,
  values: mapped(state.values, (values) => new Map(values)),
  grants: new Map(state.grants),
  audit: [...state.audit],
  trace: [...state.trace],
  times: new Map(state.times),
  runs: new Map(state.runs),
  prompts: mapped(state.prompts, ({ versions, labels }) => ({ versions: [...versions], labels: new Map(labels) })),
  vectors: mapped(state.vectors, (items) => new Map(items)),
  tell,
});
