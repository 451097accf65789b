import type { HookTrace, HookTraceRow, TapTimes } from '@rustic-ai/kernel/contracts';
import { describeHookTrace, hookTraceSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';
import { subjectOf, type Twin } from './kept-stores.js';
import { type KeptTrace, referenceHookTrace } from './reference-stores.js';

type TraceTwin = Twin<HookTrace, KeptTrace>;
const reading = (change: (rows: readonly HookTraceRow[]) => readonly HookTraceRow[]): TraceTwin => ({
  store: (good) => ({ read: async (filter) => change(await good.read(filter)) }),
});

/** One trace per rule that breaks exactly what the rule is about. */
const twins: Record<string, TraceTwin> = {
  'as-appended': reading((rows) => rows.map(({ call: _, ...row }) => row)),
  order: reading((rows) => rows.toSorted((a, b) => a.ts.localeCompare(b.ts))),
  session: {
    store: (good) => ({
      read: async ({ session, ...rest }) => {
        const known = session !== undefined && (await good.read({ session, limit: 1 })).length > 0;
        return good.read(known ? { session, ...rest } : rest);
      },
    }),
  },
  turn: {
    store: (good) => ({
      read: ({ turn, ...rest }) =>
        good.read(rest.session === undefined || turn === undefined ? rest : { turn, ...rest }),
    }),
  },
  limit: {
    store: (good) => ({
      read: async ({ limit, ...rest }) =>
        limit === undefined ? good.read(rest) : (await good.read({ ...rest, limit: 10_000 })).slice(0, limit),
    }),
  },
  default: { store: (good) => ({ read: (filter) => good.read({ limit: 10_000, ...filter }) }) },
  'all-or-none': {
    store: (good) => ({
      append: async (rows) => {
        for (const row of rows) await good.append([row]);
      },
    }),
  },
  'append-nothing': {
    store: (good) => ({
      append: (rows) => (rows.length > 0 ? good.append(rows) : Promise.reject(new Error('nothing'))),
    }),
  },
  'no-sharing': {
    store: (good) => {
      const held = new Map<string, HookTraceRow>();
      return {
        append: async (rows) => {
          await good.append(rows);
          for (const row of rows) held.set(row.path, row);
        },
        read: async (filter) => (await good.read(filter)).map((row) => held.get(row.path) ?? row),
      };
    },
  },
  again: { left: ({ rows }) => void rows.splice(0) },
  shared: {
    store: (good, kept) => {
      const seen = new Set(kept.rows.map((json) => (JSON.parse(json) as HookTraceRow).path));
      return {
        append: async (rows) => {
          for (const { path } of rows) seen.add(path);
          await good.append(rows);
        },
        read: async (filter) => (await good.read(filter)).filter(({ path }) => seen.has(path)),
      };
    },
  },
  'times-sum': {
    store: (good) => ({
      addTimes: (times) => good.addTimes([...new Map(times.map((one) => [`${one.hook} ${one.plugin}`, one])).values()]),
    }),
  },
  'times-apart': { store: (good) => ({ times: async () => (await good.times()).toReversed() }) },
  'times-all-or-none': {
    store: (good) => ({
      addTimes: async (times) => {
        for (const one of times) await good.addTimes([one]);
      },
    }),
  },
  'times-again': { left: ({ times }) => void times.splice(0) },
  'times-shared': {
    store: (good) => {
      let own: readonly TapTimes[] | undefined;
      return {
        addTimes: async (times) => {
          await good.addTimes(times);
          own = await good.times();
        },
        times: async () => own ?? good.times(),
      };
    },
  },
};
const subject = (twin?: TraceTwin) =>
  subjectOf('trace', (): KeptTrace => ({ rows: [], times: [] }), referenceHookTrace, twin);

describeHookTrace(subject(), { describe, it });

describe('the hook.trace suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(hookTraceSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a trace that breaks it, and nothing else', async (id, twin) => {
    expect(await rulesBrokenBy(hookTraceSuite, subject(twin))).toEqual([id]);
  });
});
