import type { Access, Origin } from '../capability.js';

/** What an approver is shown. */
export interface Ask {
  readonly operation: string;
  readonly name: string;
  readonly plugin: string;
  readonly version: string;
  readonly accesses: readonly Access[];
  readonly title: string;
  readonly detail: { readonly type: 'command' | 'diff' | 'url' | 'json'; readonly text: string };
  readonly origin: Origin;
  /** The rule that an answer other than `once` would remember. Absent: it can't be remembered. */
  readonly wouldStore?: Rule;
  /** Of a command line: the commands in it that nothing allows yet. */
  readonly undecided?: readonly string[];
  readonly reason: string;
}
export type Answer =
  | { readonly outcome: 'once' }
  /** `expires`: ISO 8601, UTC. Default: it does not, but for what its scope says. */
  | { readonly outcome: 'session' | 'project' | 'user'; readonly expires?: string }
  | { readonly outcome: 'deny'; readonly message?: string };
export interface Rule {
  readonly effect: 'allow' | 'ask' | 'deny';
  readonly action: string;
  readonly match: string;
  readonly origin?: { readonly agent?: string; readonly plugin?: string; readonly target?: string };
  /** Ask each time: no remembered grant answers it. */
  readonly every?: true;
  readonly reason?: string;
  /** ISO 8601, UTC. */
  readonly expires?: string;
}
/** Who set a rule. `plugin` and an untrusted `project` may only tighten. */
export type RuleScope = 'builtin' | 'plugin' | 'project' | 'user' | 'session';
export interface ScopedRule extends Rule {
  readonly scope: RuleScope;
}
/** Service `approver`: puts an ask to whoever may answer it. Cancel: rejects or denies once `signal` is aborted. */
export interface Approver {
  /** Who answers. Default: `person`. */
  readonly by?: DecidedBy;
  ask(ask: Ask, signal: AbortSignal): Promise<Answer>;
}
export type DecidedBy = 'person' | 'rule' | 'mode' | 'grant' | 'policy';
export interface AuditRow {
  readonly seq: number;
  readonly ts: string;
  readonly call: string;
  readonly operation: string;
  readonly name: string;
  readonly accesses: readonly Access[];
  /** sha-256 of the input's entries as JSON; an object in a list among them stands as the sha-256 of its own JSON. */
  readonly inputDigest: string;
  readonly decision: 'allow' | 'deny';
  readonly by: string;
  readonly rule?: string;
  readonly origin: Origin;
  /** Digest of the row before; the sha-256 of nothing for the first. */
  readonly previous: string;
  /** sha-256 of this row's JSON without this field. */
  readonly digest: string;
}
/** An answer that lasts longer than once, bound to who asked for it: plugin, operation and name. */
export interface Grant {
  readonly id: string;
  readonly plugin: string;
  readonly operation: string;
  readonly name: string;
  /** An allow rule; its pattern covers what the person saw, no more. */
  readonly rule: Rule;
  readonly scope: 'session' | 'project' | 'user';
  /** The session's id, or the project's folder. Absent: wherever the user is. */
  readonly within?: string;
  /** ISO 8601, UTC. */
  readonly grantedAt: string;
}
/** Service `grants`: durable when a promise resolves. */
export interface Grants {
  /** All of them, oldest first, also those whose rule has expired. */
  list(): Promise<readonly Grant[]>;
  /** Replaces the one with its id. */
  add(grant: Grant): Promise<void>;
  /** Whether there was one. */
  revoke(id: string): Promise<boolean>;
}
/** Service `audit`: one chain, which several processes may write to. Rows are never changed or deleted. */
export interface AuditLog {
  /**
   * Durable when it resolves: all rows or none.
   *
   * Throws: `RUSTIC_AUDIT_BUSY` where the first row does not follow the last one kept (its `seq` and `previous`);
   *   `RUSTIC_AUDIT_BROKEN` where another one does not follow the one before it.
   */
  append(rows: readonly AuditRow[]): Promise<void>;
  /** The last row; `undefined` where there is none. */
  last(): Promise<AuditRow | undefined>;
  /** In order of `seq`, byte for byte as they were appended. Default: `from` 1, `limit` 1,000. */
  read(range: { readonly from?: number; readonly limit?: number }): Promise<readonly AuditRow[]>;
}
