import { sha256 } from '../digest.js';
import type { AuditRow } from '../permissions/types.js';

/**
 * A chain of audit rows, as the kernel makes them, for tests of an audit log.
 *
 * Default: one row, the first of a log. `after` is the row to go on from; `more` stands in every row.
 */
export function auditRows({
  count = 1,
  after = { seq: 0, digest: sha256('') },
  more = {},
}: {
  readonly count?: number;
  readonly after?: Pick<AuditRow, 'seq' | 'digest'> | undefined;
  readonly more?: Partial<Omit<AuditRow, 'seq' | 'previous' | 'digest'>>;
} = {}): readonly AuditRow[] {
  const rows: AuditRow[] = [];
  let before = after;
  while (rows.length < count) {
    const row: Omit<AuditRow, 'digest'> = {
      seq: before.seq + 1,
      ts: '2026-01-02T03:04:05.678Z',
      call: `call-${before.seq + 1}`,
      operation: 'tool',
      name: 'shell_run',
      accesses: [{ action: 'exec', resource: 'git status' }],
      inputDigest: sha256('[]'),
      decision: 'allow',
      by: 'rule',
      origin: { plugin: 'agent-loop', session: 's', turn: 1, agents: ['main'], trigger: 'person', headless: false },
      ...more,
      previous: before.digest,
    };
    const whole = { ...row, digest: sha256(JSON.stringify(row)) };
    rows.push(whole);
    before = whole;
  }
  return rows;
}
