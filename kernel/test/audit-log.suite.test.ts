import { type AuditLog, type AuditRow, checkChain } from '@rustic-ai/kernel/contracts';
import { auditSuite, describeAudit } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';
import { subjectOf, type Twin } from './kept-stores.js';
import { referenceAudit } from './reference-stores.js';

type Rows = readonly AuditRow[];
type LogTwin = Twin<AuditLog, string[]>;
const parse = (json: string | undefined) => (json === undefined ? undefined : (JSON.parse(json) as AuditRow));
const texts = (rows: Rows) => rows.map((row) => JSON.stringify(row));
/** A log with another idea of what may follow its last row. */
const checked = (check: (rows: Rows, last: AuditRow | undefined) => void): LogTwin => ({
  store: (_, kept) => ({
    append: async (rows) => {
      check(rows, parse(kept.at(-1)));
      kept.push(...texts(rows));
    },
  }),
});
/** As the rows themselves have it, where they fit in one of two ways. */
const lenient = (fits: (first: AuditRow, last: AuditRow) => boolean) =>
  checked((rows, last) => {
    const [first] = rows;
    if (first && last && fits(first, last)) checkChain(rows, { seq: first.seq - 1, digest: first.previous });
    else checkChain(rows, last);
  });

/** One log per rule that breaks exactly what the rule is about. */
const twins: Record<string, LogTwin> = {
  bytes: {
    store: (_, kept) => ({
      read: async (range) =>
        referenceAudit(kept.map((json) => json.replaceAll(String.raw`\ud800`, '\ufffd'))).read(range),
    }),
  },
  last: { store: (good) => ({ last: async () => (await good.read({ limit: 9 })).at(-1) }) },
  'read-from': {
    store: (good) => ({
      read: async ({ from, limit }) =>
        from === undefined
          ? good.read({ ...(limit !== undefined && { limit }) })
          : (await good.read({})).filter(({ seq }) => String(seq) >= String(from)).slice(0, limit),
    }),
  },
  'read-limit': {
    store: (good) => ({ read: ({ limit, ...range }) => good.read({ limit: limit || 1_000, ...range }) }),
  },
  'read-default': { store: (good) => ({ read: (range) => good.read({ limit: 10_000, ...range }) }) },
  'append-nothing': {
    store: (good) => ({
      append: (rows) => (rows.length > 0 ? good.append(rows) : Promise.reject(new Error('nothing'))),
    }),
  },
  first: checked((rows, last) => checkChain(rows, last ?? { seq: 0, digest: rows[0]?.previous ?? '' })),
  gap: lenient((first, last) => first.previous === last.digest),
  fork: lenient((first, last) => first.seq === last.seq + 1),
  batch: checked((rows, last) => checkChain(rows.slice(0, 1), last)),
  'all-or-none': {
    store: (_, kept) => ({
      append: async (rows) => {
        checkChain(rows, parse(kept.at(-1)));
        for (const row of rows) kept.push(JSON.stringify(row));
      },
    }),
  },
  race: {
    store: (_, kept) => ({
      append: async (rows) => {
        checkChain(rows, parse(kept.at(-1)));
        const json = texts(rows);
        await Promise.resolve();
        kept.push(...json);
      },
    }),
  },
  'no-sharing': {
    store: (good) => {
      const held = new Map<number, AuditRow>();
      return {
        append: async (rows) => {
          await good.append(rows);
          for (const row of rows) held.set(row.seq, row);
        },
        read: async (range) => (await good.read(range)).map((row) => held.get(row.seq) ?? row),
      };
    },
  },
  again: { left: (kept) => void kept.splice(0) },
  'two-writers': {
    store: (_, kept) => {
      let end: AuditRow | undefined;
      return {
        append: async (rows) => {
          checkChain(rows, (end ??= parse(kept.at(-1))));
          kept.push(...texts(rows));
          end = rows.at(-1) ?? end;
        },
        last: async () => (end = parse(kept.at(-1))),
      };
    },
  },
};
const subject = (twin?: LogTwin) => subjectOf('audit', (): string[] => [], referenceAudit, twin);

describeAudit(subject(), { describe, it });

describe('the audit suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(auditSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a log that breaks it, and nothing else', async (id, twin) => {
    expect(await rulesBrokenBy(auditSuite, subject(twin))).toEqual([id]);
  });
});
