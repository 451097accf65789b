import type { Grant, Grants } from '@rustic-ai/kernel/contracts';
import type { Work } from './connection.js';

/** Grants in the database of the connection. */
export const createGrants = (connection: Work): Grants => ({
  list: () =>
    connection.read((prepare) =>
      prepare<{ json: string }>('select json from "grant" order by row')
        .all()
        .map(({ json }) => JSON.parse(json) as Grant),
    ),
  async add(grant) {
    const [id, json] = [grant.id, JSON.stringify(grant)];
    // The row that is replaced goes, so that the new one is the last.
    await connection.write((prepare) =>
      prepare('insert or replace into "grant" (id, json) values (?, ?)').run(id, json),
    );
  },
  revoke: (id) => connection.write((prepare) => prepare('delete from "grant" where id = ?').run(id).changes > 0),
});
