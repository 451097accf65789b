import { sha256 } from '../digest.js';
import type { GateRequest } from './gate.js';
import type { AuditRow, Rule } from './types.js';

/** A decision as it is taken down in the call: references only, nothing computed. */
interface Decision {
  readonly seq: number;
  readonly timeMs: number;
  readonly request: GateRequest;
  readonly decision: 'allow' | 'deny';
  readonly by: string;
  readonly rule: Rule | undefined;
}
/** Every decision of the gate: numbered in the call, digested and chained in batches off its path. */
export interface Audit {
  record(request: GateRequest, decision: 'allow' | 'deny', by: string, rule?: Rule): void;
  /** The newest rows, at most `limit` of them; each names the digest of the row before. */
  rows(): readonly AuditRow[];
}

/** Inputs are held only until they are digested. */
const batch = 256;

export function createAudit(now: () => number, limit = 10_000): Audit {
  const rows: AuditRow[] = [];
  let pending: Decision[] = [];
  let count = 0;
  let previous = sha256('');
  /** A conversation grows by its end: what stands in a list is digested once, as long as somebody holds it. */
  const known = new WeakMap<object, string>();
  const part = (item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    const digest = known.get(item) ?? sha256(JSON.stringify(item));
    known.set(item, digest);
    return digest;
  };
  const digestOf = (input: unknown) => {
    const parts = Object.entries(Object(input) as object).map(([key, value]: [string, unknown]) => [
      key,
      Array.isArray(value) ? value.map(part) : value,
    ]);
    return sha256(JSON.stringify(parts));
  };
  const chain = () => {
    for (const { seq, timeMs, request, decision, by, rule } of pending) {
      const { call, member, accesses, input } = request;
      const row: Omit<AuditRow, 'digest'> = {
        seq,
        ts: new Date(timeMs).toISOString(),
        call: call.id,
        operation: member.operation.id,
        name: member.name,
        accesses,
        inputDigest: digestOf(input),
        decision,
        by,
        ...(rule && { rule: `${rule.effect} ${rule.action} ${rule.match}` }),
        origin: call.origin,
        previous,
      };
      previous = sha256(JSON.stringify(row));
      rows.push({ ...row, digest: previous });
    }
    pending = [];
    if (rows.length > limit) rows.splice(0, rows.length - limit);
  };
  return {
    record(request, decision, by, rule) {
      pending.push({ seq: ++count, timeMs: now(), request, decision, by, rule });
      if (pending.length === batch) setImmediate(chain);
      else if (pending.length >= limit) chain();
    },
    rows() {
      chain();
      return [...rows];
    },
  };
}
