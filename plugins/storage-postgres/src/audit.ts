import { type AuditLog, type AuditRow, checkChain } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Run, Work } from './work.js';

interface Kept {
  readonly json: string;
}
const rowOf = ({ json }: Kept) => JSON.parse(json) as AuditRow;
const lastOf = async (run: Run): Promise<AuditRow | undefined> =>
  (await run(sql<Kept>`select json from audit order by seq desc limit 1`)).map(rowOf)[0];

/** An audit log in the schema: rows go in, none is changed or goes out. */
export const createAuditLog = (database: Work): AuditLog => ({
  async append(rows) {
    const added = rows.map((row) => {
      const { seq, previous, digest } = row;
      return { seq, previous, digest, json: JSON.stringify(row) };
    });
    await database.write('audit', async (run) => {
      await run(sql`lock table audit in exclusive mode`);
      checkChain(added, await lastOf(run));
      const [seqs, texts] = [added.map(({ seq }) => seq), added.map(({ json }) => json)];
      await run(sql`insert into audit (seq, json) select * from unnest(${seqs}::bigint[], ${texts}::text[])`);
    });
  },
  last: () => database.read(lastOf),
  async read({ from = 1, limit = 1_000 }) {
    const rows = await database.read((run) =>
      run(sql<Kept>`select json from audit where seq >= ${from} order by seq limit ${Math.max(0, limit)}`),
    );
    return rows.map(rowOf);
  },
});
