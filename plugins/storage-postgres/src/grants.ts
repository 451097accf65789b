import type { Grant, Grants } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Work } from './work.js';

/** Grants in the schema. */
export const createGrants = (database: Work): Grants => ({
  async list() {
    const rows = await database.read((run) => run(sql<{ json: string }>`select json from grants order by row`));
    return rows.map(({ json }) => JSON.parse(json) as Grant);
  },
  async add(grant) {
    const json = JSON.stringify(grant);
    await database.write('grants', async (run) => {
      await run(sql`lock table grants in exclusive mode`);
      // The row that is replaced goes, so that the new one is the last.
      await run(sql`delete from grants where id = ${grant.id}`);
      await run(sql`insert into grants (id, json) values (${grant.id}, ${json})`);
    });
  },
  async revoke(id) {
    const gone = await database.write('grants', (run) => run(sql`delete from grants where id = ${id} returning id`));
    return gone.length > 0;
  },
});
