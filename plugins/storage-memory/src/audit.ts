import { type AuditLog, type AuditRow, checkChain } from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

const rowOf = (json: string) => JSON.parse(json) as AuditRow;

/** An audit log that lives as long as the process: the row with number n is the n-th. */
export function createAuditLog(state: State): AuditLog {
  return {
    async append(rows) {
      checkChain(rows, state.audit.slice(-1).map(rowOf)[0]);
      const texts = rows.map((row) => JSON.stringify(row));
      for (const text of texts) state.audit.push(text);
    },
    last: async () => state.audit.slice(-1).map(rowOf)[0],
    async read({ from = 1, limit = 1_000 }) {
      const start = Math.max(0, from - 1);
      return state.audit.slice(start, start + Math.max(0, limit)).map(rowOf);
    },
  };
}
