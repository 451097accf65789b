import type { AuditRow } from '../permissions/types.js';
import { storageError } from './storage-errors.js';

type End = Pick<AuditRow, 'seq' | 'digest'>;

/** What the first row of a log goes on from; its digest is the sha-256 of nothing. Source: FIPS 180-4. */
const beginning: End = { seq: 0, digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' };

/**
 * Demands that the rows are a chain that goes on from the last row kept.
 *
 * Throws: `RUSTIC_AUDIT_BUSY` where the first does not follow `last`; `RUSTIC_AUDIT_BROKEN` where another one does not
 *   follow the one before it.
 */
export function checkChain(rows: readonly (End & Pick<AuditRow, 'previous'>)[], last: End = beginning): void {
  let before = last;
  for (const row of rows) {
    if (row.seq !== before.seq + 1 || row.previous !== before.digest)
      throw before === last
        ? storageError('RUSTIC_AUDIT_BUSY', { expected: row.seq - 1, found: last.seq })
        : storageError('RUSTIC_AUDIT_BROKEN', { seq: row.seq });
    before = row;
  }
}
