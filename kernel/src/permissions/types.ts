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
  readonly reason: string;
}
export type Answer =
  | { readonly outcome: 'once' | 'session' | 'project' | 'user' }
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
  /** Digest of the row before; of nothing for the first. */
  readonly previous: string;
}
