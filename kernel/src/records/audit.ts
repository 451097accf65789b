import type { Access, Origin } from '../capability.js';
import { sha256 } from '../digest.js';
import { isRusticError, kernelError } from '../errors.js';
import { createOutbox } from './outbox.js';
import type { AuditLog, AuditRow, Rule } from '../permissions/types.js';

/** What was decided on. */
export interface Subject {
  readonly call: { readonly id: string; readonly origin: Origin };
  readonly member: { readonly operation: { readonly id: string }; readonly name: string };
  readonly accesses: readonly Access[];
  readonly input: unknown;
}
/** A decision as it is taken down in the call: references only, nothing computed. */
interface Decision {
  readonly timeMs: number;
  readonly subject: Subject;
  readonly decision: 'allow' | 'deny';
  readonly by: string;
  readonly rule: Rule | undefined;
}
/** Every decision of the gate, in order: chained and written in batches off its path. */
export interface Audit {
  /** Throws: `RUSTIC_AUDIT_UNAVAILABLE` while too many decisions wait for a log that takes none. */
  record(subject: Subject, decision: 'allow' | 'deny', by: string, rule?: Rule): void;
  /** Resolves when every decision so far is kept. Throws: `RUSTIC_AUDIT_UNAVAILABLE`. */
  flush(): Promise<void>;
  /** The newest rows. */
  rows(): Promise<readonly AuditRow[]>;
}

const shown = 10_000;
/** How often the end of the chain is read again because another process was faster. */
const tries = 50;

/** The log of a composition without one: the newest rows, as long as the process lives. */
function inMemory(): AuditLog {
  const rows: AuditRow[] = [];
  return {
    append: async (more) => {
      rows.push(...more);
      rows.splice(0, rows.length - shown);
    },
    last: async () => rows.at(-1),
    read: async ({ from = 1, limit = 1_000 }) => rows.filter(({ seq }) => seq >= from).slice(0, limit),
  };
}

export function createAudit(parts: {
  readonly now: () => number;
  /** Default: kept in memory. */
  readonly log: () => Promise<AuditLog | undefined>;
  readonly onFailure: (error: unknown) => void;
}): Audit {
  const memory = inMemory();
  const log = async () => (await parts.log()) ?? memory;
  /** A conversation grows by its end: what stands in a list is digested once, as long as somebody holds it. */
  const known = new WeakMap<object, string>();
  const part = (item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    const digest = known.get(item) ?? sha256(JSON.stringify(item));
    known.set(item, digest);
    return digest;
  };
  const digestOf = (input: unknown) => {
    const entries = Object.entries(Object(input) as object).map(([key, value]: [string, unknown]) => [
      key,
      Array.isArray(value) ? value.map(part) : value,
    ]);
    return sha256(JSON.stringify(entries));
  };
  const chained = (decisions: readonly Decision[], last: AuditRow | undefined): readonly AuditRow[] => {
    let { seq, digest: previous } = last ?? { seq: 0, digest: sha256('') };
    return decisions.map(({ timeMs, subject, decision, by, rule }) => {
      const { call, member, accesses, input } = subject;
      const row: Omit<AuditRow, 'digest'> = {
        seq: ++seq,
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
      return { ...row, digest: previous };
    });
  };
  let end: { readonly last: AuditRow | undefined } | undefined;
  const write = async (decisions: readonly Decision[]) => {
    const to = await log();
    for (let tried = 1; ; tried++) {
      end ??= { last: await to.last() };
      const rows = chained(decisions, end.last);
      try {
        await to.append(rows);
        end = { last: rows.at(-1) };
        return;
      } catch (error) {
        end = undefined;
        if (tried === tries || !isRusticError(error) || error.code !== 'RUSTIC_AUDIT_BUSY') throw error;
      }
    }
  };
  const outbox = createOutbox(write, parts.onFailure);
  return {
    record(subject, decision, by, rule) {
      if (!outbox.push({ timeMs: parts.now(), subject, decision, by, rule }))
        throw kernelError('RUSTIC_AUDIT_UNAVAILABLE', { reason: 'too many decisions wait to be written' });
    },
    flush: outbox.flush,
    async rows() {
      await outbox.flush();
      const from = await log();
      return from.read({ from: ((await from.last())?.seq ?? 0) - shown + 1, limit: shown });
    },
  };
}
