import { createHash } from 'node:crypto';
import type { Access, Origin } from '../capability.js';
import type { AuditRow } from './types.js';

/** A decision as it is taken down in the call: references only, nothing computed. */
export interface Decision {
  readonly call: string;
  readonly operation: string;
  readonly name: string;
  readonly accesses: readonly Access[];
  readonly input: unknown;
  readonly decision: 'allow' | 'deny';
  readonly by: string;
  readonly rule?: string | undefined;
  readonly origin: Origin;
}
/** Every decision of the gate, numbered when it is taken, digested and chained when it is read. */
export interface Audit {
  record(decision: Decision, timeMs: number): void;
  /** The newest rows, at most `limit` of them; each names the digest of the row before. */
  rows(): readonly AuditRow[];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export function createAudit(limit = 10_000): Audit {
  const rows: AuditRow[] = [];
  let pending: { decision: Decision; timeMs: number; seq: number }[] = [];
  let count = 0;
  let previous = sha256('');
  const chain = () => {
    for (const { decision, timeMs, seq } of pending) {
      const { input, rule, ...rest } = decision;
      const row: AuditRow = {
        seq,
        ts: new Date(timeMs).toISOString(),
        ...rest,
        inputDigest: sha256(JSON.stringify(input) ?? ''),
        ...(rule && { rule }),
        previous,
      };
      previous = sha256(JSON.stringify(row));
      rows.push(row);
    }
    pending = [];
    if (rows.length > limit) rows.splice(0, rows.length - limit);
  };
  return {
    record(decision, timeMs) {
      pending.push({ decision, timeMs, seq: ++count });
      // Inputs are held only until they are digested: a bounded number of them.
      if (pending.length >= limit) chain();
    },
    rows() {
      chain();
      return [...rows];
    },
  };
}
