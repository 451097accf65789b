import type { RawBuilder } from 'kysely';

/** Runs one statement and gives its rows. */
export type Run = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>;

/** What the services work on: the schema, or one transaction in it. Every failure is coded. */
export interface Work {
  read<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /** Runs the work in a transaction of its own. Order: one at a time in each lane, as called. */
  write<T>(lane: string, work: (run: Run) => Promise<T>): Promise<T>;
}
