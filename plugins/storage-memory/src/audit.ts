import { type AuditLog, type AuditRow, checkChain } from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

const rowOf = (json: string) => JSON.parse(json) as AuditRow;

/** An audit log that lives as long as the process: the row with number n is the n-th. */
export function createAuditLog({ audit: kept }: State): AuditLog {
  return {
    async append(rows) {
      checkChain(rows, kept.slice(-1).map(rowOf)[0]);
      const texts = rows.map((row) => JSON.stringify(row));
      for (const text of texts) kept.push(text);
    },
    last: async () => kept.slice(-1).map(rowOf)[0],
    async read({ from = 1, limit = 1_000 }) {
      const start = Math.max(0, from - 1);
      return kept.slice(start, start + Math.max(0, limit)).map(rowOf);
    },
  };
}
