import type { SessionInfo, TapTimes } from '@rustic-ai/kernel/contracts';

/** `json` is a whole entry; `order` counts over all sessions. */
export interface KeptSession {
  info: SessionInfo;
  readonly rows: { readonly order: number; readonly json: string }[];
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
/** All that is kept; what came in as an object is kept as its JSON. */
export interface State {
  readonly sessions: Map<string, KeptSession>;
  /** The `order` of the next entry. */
  order: number;
  /** By plugin id, then by key. */
  readonly values: Map<string, Map<string, KeptValue>>;
  readonly grants: Map<string, string>;
  readonly audit: string[];
  readonly trace: KeptTrace[];
  readonly times: Map<string, TapTimes>;
}

export const createState = (): State => ({
  sessions: new Map(),
  order: 0,
  values: new Map(),
  grants: new Map(),
  audit: [],
  trace: [],
  times: new Map(),
});
