import { createHash } from 'node:crypto';
import type { AuditLog, AuditRow } from '@rustic-ai/kernel/contracts';

/** What is wrong with the first entry that is not as it was written. */
export interface Flaw {
  readonly seq: number;
  /** `digest`: its content; `link`: what it says of the entry before it; `gap`: it is not there. */
  readonly wrong: 'digest' | 'link' | 'gap';
  readonly reason: string;
}
export interface AuditCheck {
  /** How many entries are whole and follow one another from the first on. */
  readonly entries: number;
  /** When the first and the last of them were written. ISO 8601, UTC. */
  readonly from?: string;
  readonly to?: string;
  readonly flaw?: Flaw;
}

/** Entries held at a time. */
const pageSize = 1_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Reads a whole audit log, a page at a time, and recomputes every digest and link, up to the first flaw.
 *
 * Throws: what the log throws, unless it is because of the content of an entry.
 */
export async function checkAudit(log: AuditLog): Promise<AuditCheck> {
  let entries = 0;
  let previous = sha256('');
  let from: string | undefined;
  let to: string | undefined;
  const checked = (flaw?: Flaw): AuditCheck => ({
    entries,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(flaw && { flaw }),
  });
  for (;;) {
    const page = await pageAfter(entries, log);
    if (page.length === 0) return checked();
    for (const row of page) {
      const flaw = flawOf(row, entries + 1, previous);
      if (flaw) return checked(flaw);
      const { digest, ts } = row as AuditRow;
      previous = digest;
      from ??= ts;
      to = ts;
      entries++;
    }
  }
}

/** `undefined` stands for an entry that is no JSON any more. */
async function pageAfter(last: number, log: AuditLog): Promise<readonly (AuditRow | undefined)[]> {
  try {
    return await log.read({ from: last + 1, limit: pageSize });
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
  const rows: AuditRow[] = [];
  try {
    for (let seq = last + 1; ; seq++) {
      const [row] = await log.read({ from: seq, limit: 1 });
      if (!row) return rows;
      rows.push(row);
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return [...rows, undefined];
  }
}
const isUnreadable = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && isUnreadable(error.cause));

function flawOf(row: AuditRow | null | undefined, seq: number, previous: string): Flaw | undefined {
  if (typeof row !== 'object' || row === null) return { seq, wrong: 'digest', reason: 'it can not be read' };
  const { digest, ...content } = row;
  if (sha256(JSON.stringify(content)) !== digest)
    return { seq, wrong: 'digest', reason: 'its digest does not fit its content' };
  if (row.seq !== seq) return { seq, wrong: 'gap', reason: `entry ${row.seq} stands in its place` };
  if (row.previous !== previous)
    return { seq, wrong: 'link', reason: `it was written after another entry ${seq - 1} than the one there is now` };
  return undefined;
}
