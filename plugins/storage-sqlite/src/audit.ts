import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AuditLog, type AuditRow, checkChain } from '@rustic-ai/kernel/contracts';
import type { Prepare, Work } from './connection.js';

/** Rows read in one step of the event loop. */
const pageSize = 256;

/** The exact text of a row. */
interface Kept {
  readonly json: string;
}
const rowOf = ({ json }: Kept) => JSON.parse(json) as AuditRow;
const lastOf = (prepare: Prepare): AuditRow | undefined => {
  const kept = prepare<Kept>('select json from audit order by seq desc limit 1').get();
  return kept && rowOf(kept);
};

/** An audit log in the database of the connection: rows go in, none is changed or goes out. */
export const createAuditLog = (connection: Work): AuditLog => ({
  async append(rows) {
    const added = rows.map((row) => {
      const { seq, previous, digest } = row;
      return { seq, previous, digest, json: JSON.stringify(row) };
    });
    await connection.write((prepare) => {
      checkChain(added, lastOf(prepare));
      const add = prepare('insert into audit (seq, json) values (?, ?)');
      for (const { seq, json } of added) add.run(seq, json);
    });
  },
  last: () => connection.read(lastOf),
  async read({ from = 1, limit = 1_000 }) {
    const rows: AuditRow[] = [];
    for (let size = pageSize; size === pageSize && rows.length < limit;) {
      if (rows.length > 0) await nextTurn();
      const page = await connection.read((prepare) =>
        prepare<Kept>('select json from audit where seq >= ? order by seq limit ?')
          .all(Math.max(1, from) + rows.length, Math.min(pageSize, limit - rows.length))
          .map(rowOf),
      );
      rows.push(...page);
      size = page.length;
    }
    return rows;
  },
});
